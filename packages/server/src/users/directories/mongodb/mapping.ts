/** The options with those of the preset: which collections and fields are read, and how. */
import type { DisabledWhen } from '../disabled-when.ts'
import type { MongoAccounts, MongoDirectoryOptions } from '../mongodb-options.ts'
import { commonFlags } from './common-flags.ts'
import { queryPath } from './field-path.ts'
import { presetOf } from './preset.ts'

export interface Mapping {
  readonly collection: string
  readonly key: string
  readonly sub: string | undefined
  readonly username: string
  readonly usernameCase: 'exact' | 'lower-case'
  readonly email: string | undefined
  /** The first one that a document has; so `passwordHash`. */
  readonly emailVerified: readonly string[]
  readonly fullName: readonly string[]
  /** Empty when the hashes are in `accounts`. */
  readonly passwordHash: readonly string[]
  readonly claims: Readonly<Record<string, string>>
  readonly groups: string | undefined
  readonly rules: readonly DisabledRule[]
  /** Fields that the operator or the preset has decided about. */
  readonly decided: readonly string[]
  readonly where: Readonly<Record<string, string | number | boolean | null>>
  readonly accounts: MongoAccounts | undefined
  readonly readHash: (stored: string) => string
}

export interface DisabledRule {
  readonly field: string
  readonly rule: DisabledWhen
  /** Holds only where a document has the field. */
  readonly isOptional: boolean
}

/** Of options whose types are right. */
export function mappingOf(options: MongoDirectoryOptions): Mapping {
  const preset = presetOf(options.preset)
  const fields = { ...preset.fields, ...options.fields }
  // A hash that is named to be in the user's document is not elsewhere.
  const ownHash = options.fields?.passwordHash
  const accounts = options.accounts === undefined && ownHash === undefined ? preset.accounts : options.accounts
  const given = options.disabled ?? {}
  const known = { ...commonFlags, ...preset.disabled }
  const optional = Object.entries(known).filter(([field]) => !Object.hasOwn(given, field))
  return {
    collection: options.collection ?? preset.collection,
    key: fields.key ?? '_id',
    sub: fields.sub ?? undefined,
    username: fields.username ?? '',
    usernameCase: options.usernameCase ?? preset.usernameCase,
    email: fields.email ?? undefined,
    emailVerified: listOf(fields.emailVerified),
    fullName: listOf(fields.fullName),
    passwordHash: accounts ? [] : listOf(fields.passwordHash),
    claims: fields.claims ?? {},
    groups: fields.groups ?? undefined,
    rules: [
      ...optional.map(([field, rule]) => ({ field, rule, isOptional: true })),
      ...Object.entries(given).flatMap(([field, rule]) => (rule === null ? [] : [{ field, rule, isOptional: false }])),
    ],
    decided: [...Object.keys(known), ...Object.keys(given)],
    where: options.where ?? {},
    accounts: accounts ?? undefined,
    readHash: preset.readHash ?? ((stored) => stored),
  }
}

function listOf(fields: string | readonly string[] | null | undefined): readonly string[] {
  return typeof fields === 'string' ? [fields] : (fields ?? [])
}

/** The fields that are read, each once, and none inside of another: MongoDB rejects such a projection. */
export function projectionOf(mapping: Mapping): Readonly<Record<string, 1>> {
  const { key, sub, username, email, emailVerified, fullName, passwordHash, claims, groups, rules } = mapping
  const single = ['_id', key, sub, username, email, groups].filter((field) => field !== undefined)
  const several = [...emailVerified, ...fullName, ...passwordHash, ...Object.values(claims)]
  const paths = new Set([...single, ...several, ...rules.map(({ field }) => field)].map(queryPath))
  const isInside = (path: string) => [...paths].some((other) => path.startsWith(`${other}.`))
  return Object.fromEntries([...paths].filter((path) => !isInside(path)).map((path) => [path, 1]))
}
