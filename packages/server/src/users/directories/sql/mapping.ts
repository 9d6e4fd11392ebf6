/** The options with those of the preset: which tables and columns are read, and how. */
import { type RawBuilder, sql } from 'kysely'
import type { DisabledWhen } from '../disabled-when.ts'
import type { SqlDirectoryOptions, SqlGroups, SqlPresetName } from '../sql-options.ts'
import type { ColumnType, SqlKind, SqlPreset } from './preset.ts'
import { devise } from './presets/devise.ts'
import { django } from './presets/django.ts'
import { keycloak } from './presets/keycloak.ts'
import { laravel } from './presets/laravel.ts'
import { supabase } from './presets/supabase.ts'
import { wordpress } from './presets/wordpress.ts'

export interface Mapping {
  readonly kind: SqlKind
  readonly table: string
  /** The table, or what is read instead. */
  readonly from: RawBuilder<unknown>
  /** Whether columns may be made of others, so that those of the table say nothing. */
  readonly isDerived: boolean
  readonly key: string
  readonly sub: string | undefined
  readonly username: string
  readonly usernameCase: 'exact' | 'lower-case' | 'ignore'
  /** In MySQL, what the column compares by. */
  readonly usernameCollation: string | undefined
  readonly email: string | undefined
  readonly emailVerified: string | undefined
  readonly fullName: readonly string[]
  readonly passwordHash: string
  readonly claims: Readonly<Record<string, string>>
  readonly disabled: Readonly<Record<string, DisabledWhen>>
  /** Columns that the operator or the preset has decided about. */
  readonly decided: readonly string[]
  /** Columns that the table may lack. */
  readonly optional: readonly string[]
  readonly where: Readonly<Record<string, string | number | boolean | null>>
  readonly groups: SqlGroups | undefined
  readonly readHash: (stored: string) => string | null
  readonly writeHash: ((hash: string) => string) | undefined
}

const presets: Readonly<Record<SqlPresetName, (realm: string, kind: SqlKind) => SqlPreset>> = {
  devise: () => devise,
  django: () => django,
  keycloak,
  laravel: () => laravel,
  supabase: () => supabase,
  wordpress: () => wordpress,
}

export const presetNames: readonly string[] = Object.keys(presets)

/** Whether the program can check passwords whose hashes Countersign writes. */
export function readsOurHashes(preset: SqlPresetName | undefined): boolean {
  return preset === undefined || presets[preset]('', 'postgres').writeHash !== undefined
}

/** The tables of a program that is not known. */
const own: SqlPreset = {
  table: '',
  columns: {},
  disabled: {},
  optional: [],
  usernameCase: 'exact',
  writeHash: (hash) => hash,
}

/** Of options whose types are right; names that are missing are empty. */
export function mappingOf(options: SqlDirectoryOptions, kind: SqlKind): Mapping {
  const preset = options.preset === undefined ? own : presets[options.preset](options.realm ?? '', kind)
  const columns = { ...preset.columns, ...options.columns }
  const rules = { ...preset.disabled, ...options.disabled }
  const table = options.table ?? preset.table
  // A preset's memberships and its own select are of its own table.
  const isOwnTable = options.table === undefined
  const groups = options.groups === undefined ? (isOwnTable ? preset.groups : undefined) : options.groups
  const from = isOwnTable ? preset.from?.(kind) : undefined
  return {
    kind,
    table,
    from: from === undefined ? tableName(table) : sql`${from} as ${sql.id('users')}`,
    isDerived: from !== undefined,
    key: columns.key ?? 'id',
    sub: columns.sub ?? undefined,
    username: columns.username ?? '',
    usernameCase: options.usernameCase ?? preset.usernameCase,
    usernameCollation: undefined,
    email: columns.email ?? undefined,
    emailVerified: columns.emailVerified ?? undefined,
    fullName: [columns.fullName ?? []].flat(),
    passwordHash: columns.passwordHash ?? '',
    claims: columns.claims ?? {},
    disabled: Object.fromEntries(
      Object.entries(rules).flatMap(([name, rule]) => (rule === null ? [] : [[name, rule]])),
    ),
    decided: Object.keys(rules),
    optional: preset.optional.filter((name) => !isGiven(options, name)),
    where: { ...preset.where, ...options.where },
    groups: groups ?? undefined,
    readHash: preset.readHash ?? ((stored) => stored),
    writeHash: preset.writeHash,
  }
}

/** A column that the operator names must be there. */
function isGiven({ columns = {}, disabled = {} }: SqlDirectoryOptions, name: string): boolean {
  const { claims = {}, ...others } = columns
  return [...Object.values(others).flat(), ...Object.values(claims), ...Object.keys(disabled)].includes(name)
}

/** `schema.table` is a table of that schema. */
export function tableName(table: string): RawBuilder<unknown> {
  return sql.id(...table.split('.'))
}

/** The mapping for a table that has only some of the optional columns. */
export function withColumns(mapping: Mapping, present: ReadonlyMap<string, ColumnType>): Mapping {
  const missing = new Set(mapping.optional.filter((name) => !present.has(name)))
  const kept = (name: string | undefined) => (name !== undefined && missing.has(name) ? undefined : name)
  const entries = Object.entries(mapping.disabled).filter(([name]) => !missing.has(name))
  return {
    ...mapping,
    emailVerified: kept(mapping.emailVerified),
    fullName: mapping.fullName.filter((name) => !missing.has(name)),
    disabled: Object.fromEntries(entries),
    usernameCollation: present.get(mapping.username)?.collation ?? undefined,
  }
}

/** The columns that are read, each once. */
export function columnsOf(mapping: Mapping): readonly string[] {
  const { key, sub, username, email, emailVerified, fullName, passwordHash, claims, disabled } = mapping
  const single = [key, sub, username, email, emailVerified, passwordHash].filter((name) => name !== undefined)
  return [...new Set([...single, ...fullName, ...Object.values(claims), ...Object.keys(disabled)])]
}
