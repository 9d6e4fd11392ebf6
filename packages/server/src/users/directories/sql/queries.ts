/** The statements. Names are quoted by Kysely and come from the options; what users type is a parameter. */
import { type RawBuilder, sql } from 'kysely'
import { columnsOf, type Mapping, tableName } from './mapping.ts'
import type { SqlKind } from './preset.ts'

export type Row = Readonly<Record<string, unknown>>

/** The rows whose username the database holds to be this one, at most `max`. */
export function usersByName(mapping: Mapping, username: string, max: number): RawBuilder<Row> {
  return select(mapping, nameCondition(mapping, username), sql`limit ${sql.lit(max)}`)
}

export function usersByKeys(mapping: Mapping, keys: readonly string[]): RawBuilder<Row> {
  return select(mapping, sql`${sql.id(mapping.key)} in (${sql.join(keys)})`, sql``)
}

/** In the order of the keys. */
export function usersAfter(mapping: Mapping, after: string | undefined, max: number): RawBuilder<Row> {
  const key = sql.id(mapping.key)
  const condition = after === undefined ? sql`${key} is not null` : sql`${key} > ${after}`
  return select(mapping, condition, sql`order by ${key} limit ${sql.lit(max)}`)
}

/** Rows of a user's key and the name of a group. */
export function memberships({ groups }: Mapping, keys: readonly string[]): RawBuilder<Row> | undefined {
  if (groups === undefined || keys.length === 0) return undefined
  const { table, user, group, names } = groups
  const member = sql.id('members', user)
  const named =
    names === undefined
      ? sql`${tableName(table)} as ${sql.id('members')}`
      : sql`${tableName(table)} as ${sql.id('members')} join ${tableName(names.table)} as ${sql.id('named')}
          on ${sql.id('named', names.key)} = ${sql.id('members', group)}`
  const name = names === undefined ? sql.id('members', group) : sql.id('named', names.name)
  return sql`select ${member} as ${sql.id('user')}, ${name} as ${sql.id('name')} from ${named}
    where ${member} in (${sql.join(keys)}) order by ${name}`
}

export function updatePassword(mapping: Mapping, key: string, stored: string): RawBuilder<Row> {
  return sql`update ${tableName(mapping.table)} set ${sql.id(mapping.passwordHash)} = ${stored}
    where ${sql.id(mapping.key)} = ${key}${filter(mapping)}`
}

function select(mapping: Mapping, condition: RawBuilder<unknown>, tail: RawBuilder<unknown>): RawBuilder<Row> {
  // Named again, since MySQL returns the names of the table, in its letter case.
  const columns = columnsOf(mapping).map((name) => sql`${sql.id(name)} as ${sql.id(name)}`)
  return sql`select ${sql.join(columns)} from ${mapping.from} where ${condition}${filter(mapping)} ${tail}`
}

function nameCondition({ username, usernameCase, usernameCollation }: Mapping, name: string): RawBuilder<unknown> {
  const column = sql.id(username)
  const text = (value: string) => inCollation(usernameCollation, value)
  switch (usernameCase) {
    case 'exact':
      return sql`${column} = ${text(name)}`
    case 'lower-case':
      return sql`${column} = ${text(name.toLowerCase())}`
    case 'ignore':
      return sql`lower(${column}) = lower(${text(name)})`
  }
}

/** MySQL rejects the comparison of a column with characters that the column cannot have, instead of finding nothing. */
function inCollation(collation: string | undefined, value: string): RawBuilder<unknown> {
  const [, charset] = /^([a-z\d]+)(_\w+)?$/.exec(collation ?? '') ?? []
  if (collation === undefined || charset === undefined) return sql`${value}`
  return sql`convert(${value} using ${sql.raw(charset)}) collate ${sql.raw(collation)}`
}

function filter({ where, kind }: Mapping): RawBuilder<unknown> {
  const conditions = Object.entries(where).map(([name, value]) =>
    value === null ? sql` and ${sql.id(name)} is null` : sql` and ${sql.id(name)} = ${valueFor(kind, value)}`,
  )
  return sql.join(conditions, sql``)
}

/** MySQL and SQLite have numbers for true and false. */
function valueFor(kind: SqlKind, value: string | number | boolean): unknown {
  return typeof value === 'boolean' && kind !== 'postgres' ? Number(value) : value
}
