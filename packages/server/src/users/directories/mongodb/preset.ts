/** What is known of the documents that well-known programs make. */
import { meteorHashOf } from '../../../passwords/from-parts.ts'
import type { DisabledWhen } from '../disabled-when.ts'
import type { MongoAccounts, MongoFields, MongoPresetName } from '../mongodb-options.ts'

export interface MongoPreset {
  readonly collection: string
  readonly fields: MongoFields
  /** Where a document has the field. */
  readonly disabled: Readonly<Record<string, DisabledWhen>>
  readonly usernameCase: 'exact' | 'lower-case'
  readonly accounts?: MongoAccounts
  /** Makes one of our hash formats of the stored text. */
  readonly readHash?: (stored: string) => string
  /** Whether the program, or the code of an application on it, can check argon2id. */
  readonly readsOurHashes: boolean
}

/** The tutorial's `fake_users_db` as documents. */
const tutorial: MongoPreset = {
  collection: 'users',
  fields: { username: 'username', email: 'email', fullName: 'full_name', passwordHash: 'hashed_password' },
  disabled: {},
  usernameCase: 'exact',
  readsOurHashes: true,
}

/** Auth.js, @auth/mongodb-adapter: `users`. It stores no passwords itself; applications with a credentials provider put a hash there. */
const authJs: MongoPreset = {
  collection: 'users',
  fields: {
    username: 'email',
    email: 'email',
    emailVerified: 'emailVerified',
    fullName: 'name',
    passwordHash: ['password', 'passwordHash', 'hashedPassword'],
    claims: { picture: 'image' },
  },
  disabled: {},
  usernameCase: 'exact',
  readsOurHashes: true,
}

/** better-auth, its MongoDB adapter: `user`, and `account` with the password of the provider `credential`. It stores addresses in lower case. */
const betterAuth: MongoPreset = {
  collection: 'user',
  fields: {
    username: 'email',
    email: 'email',
    emailVerified: 'emailVerified',
    fullName: 'name',
    claims: { picture: 'image' },
  },
  disabled: {},
  usernameCase: 'lower-case',
  accounts: { collection: 'account', user: 'userId', passwordHash: 'password', where: { providerId: 'credential' } },
  readsOurHashes: false,
}

/** Applications with Mongoose and bcrypt, as tutorials write them. */
const mongoose: MongoPreset = {
  collection: 'users',
  fields: {
    username: 'email',
    email: 'email',
    emailVerified: ['emailVerified', 'isEmailVerified', 'isVerified', 'verified'],
    fullName: 'name',
    passwordHash: ['password', 'passwordHash', 'hashedPassword', 'password_hash'],
  },
  disabled: {},
  usernameCase: 'exact',
  readsOurHashes: true,
}

/** Meteor, packages/accounts-base and accounts-password. */
const meteor: MongoPreset = {
  collection: 'users',
  fields: {
    username: 'username',
    email: 'emails.0.address',
    emailVerified: 'emails.0.verified',
    fullName: 'profile.name',
    passwordHash: ['services.password.argon2', 'services.password.bcrypt'],
  },
  disabled: {},
  usernameCase: 'exact',
  readHash: meteorHashOf,
  readsOurHashes: false,
}

/** Parse Server, src/Controllers/SchemaController.js and src/AccountLockout.js: its names in the database. */
const parse: MongoPreset = {
  collection: '_User',
  fields: {
    username: 'username',
    email: 'email',
    emailVerified: 'emailVerified',
    passwordHash: '_hashed_password',
  },
  disabled: { _account_lockout_expires_at: 'future' },
  usernameCase: 'exact',
  readsOurHashes: false,
}

const presets: Readonly<Record<MongoPresetName, MongoPreset>> = {
  'auth.js': authJs,
  'better-auth': betterAuth,
  meteor,
  mongoose,
  parse,
}

export const presetNames: readonly string[] = Object.keys(presets)

export function presetOf(name: MongoPresetName | undefined): MongoPreset {
  return name === undefined ? tutorial : presets[name]
}
