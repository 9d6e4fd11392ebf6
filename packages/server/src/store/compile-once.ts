/** Compiles each statement at its first use, for a connection and its transactions. */
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import { type Compiled, compile, type DatabaseKind, type Statement } from './statement.ts'

export type CompileOnce = <Values, Row>(statement: Statement<Values, Row>) => Compiled<Values, Row>

/** `onCompiled` gets the name and the text of each, once. */
export function compileOnce(
  db: Kysely<Schema>,
  kind: DatabaseKind,
  onCompiled: (name: string, text: string) => void,
): CompileOnce {
  const known = new Map<unknown, Compiled<never, unknown>>()
  const names = new Set<string>()
  return <Values, Row>(statement: Statement<Values, Row>) => {
    const found = known.get(statement)
    // It was compiled from this very statement.
    if (found) return found as Compiled<Values, Row>
    if (names.has(statement.name)) throw new Error(`two statements have the name ${statement.name}`)
    const made = compile(statement, db, kind)
    names.add(statement.name)
    known.set(statement, made)
    onCompiled(statement.name, made.query.sql)
    return made
  }
}
