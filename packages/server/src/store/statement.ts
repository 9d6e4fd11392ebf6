/**
 * Statements: queries of a fixed shape, which Kysely builds and compiles once, and which run with named values. Kysely takes
 * longer to build a query than SQLite to run it.
 */
import { type Compilable, type CompiledQuery, type Expression, type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** What databases store for us, on both kinds. */
export type StoredValue = string | number | null

/** Stands in a query for the values that it runs with, by their names. */
export type Placeholders<Values> = { readonly [Name in keyof Values]: Expression<Values[Name]> }

export interface Statement<Values, Row> {
  /** No other statement has it. PostgreSQL cuts names at 63 characters. */
  readonly name: string
  readonly build: (db: Kysely<Schema>, values: Placeholders<Values>, kind: DatabaseKind) => Compilable<Row>
}

/** A statement as text, with the positions of its values. */
export interface Compiled<Values, Row> {
  readonly query: CompiledQuery<Row>
  /** What to run it with: the named values and the statement's own constants, in the order of the text. */
  readonly positional: (values: Values) => StoredValue[]
}

export function statement<Values, Row>(name: string, build: Statement<Values, Row>['build']): Statement<Values, Row> {
  return { name, build }
}

/** The placeholders of these columns, for rows that are inserted whole. */
export function placed<Values, Name extends keyof Values>(
  values: Placeholders<Values>,
  names: readonly Name[],
): Pick<Placeholders<Values>, Name> {
  // The members are those that are named.
  return Object.fromEntries(names.map((name) => [name, values[name]])) as Pick<Placeholders<Values>, Name>
}

export function compile<Values, Row>(
  { build }: Statement<Values, Row>,
  db: Kysely<Schema>,
  kind: DatabaseKind,
): Compiled<Values, Row> {
  const query = build(db, placeholders<Values>(), kind).compile()
  // Our constants are strings, numbers and null; Kysely cannot know.
  const parameters = query.parameters as readonly (Marker | StoredValue)[]
  const constants = parameters.map((parameter) => (parameter instanceof Marker ? null : parameter))
  const places = parameters.flatMap((parameter, index) =>
    parameter instanceof Marker ? [{ index, name: parameter.name }] : [],
  )
  return {
    query,
    positional: (values) => {
      // `Statement` checks their names and types.
      const named = values as Readonly<Record<string, StoredValue | undefined>>
      const list = constants.slice()
      for (const { index, name } of places) {
        const value = named[name]
        if (value === undefined) throw new Error(`the statement has no value for ${name}`)
        // SQLite would store NaN as NULL.
        if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${name} is not a finite number`)
        list[index] = value
      }
      return list
    },
  }
}

/** What Kysely keeps in place of a value until the statement runs. */
class Marker {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/** Has a placeholder under every name. */
function placeholders<Values>(): Placeholders<Values> {
  const byName = new Proxy({}, { get: (_target, name) => sql.val(new Marker(String(name))) })
  return byName as Placeholders<Values>
}
