/** The options of a directory in MongoDB. */
import type { DirectoryOptions } from './directory.ts'
import type { DisabledWhen } from './disabled-when.ts'

export interface MongoDirectoryOptions extends DirectoryOptions {
  /**
   * `mongodb://user:password@host/database` or `mongodb+srv://...`, with several hosts and the options of MongoDB's own URLs: `replicaSet`,
   * `authSource`, `tls`, `tlsCAFile`, ...
   */
  url: string
  /** @default the one in the URL */
  database?: string
  /** @default 'users', or that of the preset */
  collection?: string
  /**
   * The program that made the documents. It sets the options that follow; those that are given here replace its own.
   * @default the documents are those of the FastAPI tutorial: `username`, `full_name`, `email`, `hashed_password`, `disabled`
   */
  preset?: MongoPresetName
  /** The fields of a document. */
  fields?: MongoFields
  /**
   * The fields that say that a user is disabled, each with its rule. Common ones, such as `disabled`, `isActive` and `deletedAt`, hold without
   * being named where a document has them; `null` removes one.
   */
  disabled?: Readonly<Record<string, DisabledWhen | null>>
  /**
   * `lower-case`: the field is in lower case, and what users type is changed to it. `exact`: as it is stored; without letter case where an
   * index of the field has a collation of strength 1 or 2. @default 'exact'
   */
  usernameCase?: 'exact' | 'lower-case'
  /** Only documents with these values are users, such as those of one tenant. */
  where?: Readonly<Record<string, string | number | boolean | null>>
  /** The collection that has the password hashes, where they are not in the user's document. */
  accounts?: MongoAccounts | null
  /** Writes new passwords back, as argon2id. @default false */
  writable?: boolean
}

export type MongoPresetName = 'auth.js' | 'better-auth' | 'meteor' | 'mongoose' | 'parse'

/** Names of fields; a dot leads into a document, `0` to the first of a list: `emails.0.address`. `null` leaves out one of the preset. */
export interface MongoFields {
  /** What never changes of a user. @default '_id' */
  key?: string
  /** The `sub` of tokens. @default an opaque one is made */
  sub?: string | null
  username?: string
  email?: string | null
  /** True, or the time of the verification. The first of several that a document has. */
  emailVerified?: string | readonly string[] | null
  /** Several are joined by a space. */
  fullName?: string | readonly string[] | null
  /** The first of several that a document has. */
  passwordHash?: string | readonly string[]
  /** By the names of the claims, such as `{ phone_number: 'phone' }`. */
  claims?: Readonly<Record<string, string>>
  /** A list of names. */
  groups?: string | null
}

/** Documents with password hashes. */
export interface MongoAccounts {
  collection: string
  /** The field with the `_id` of the user. */
  user: string
  passwordHash: string
  /** Only documents with these values have passwords. */
  where?: Readonly<Record<string, string | number | boolean | null>>
}
