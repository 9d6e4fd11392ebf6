/** Keeps queries that are compiled at their first use: Kysely takes longer to build one than SQLite to run it. */
import type { Compilable, CompiledQuery } from 'kysely'

/** Compiles a query at its first use. `name` is that query's alone; the values in it only stand for those it is run with. */
export type Compile = <Row>(name: string, query: () => Compilable<Row>) => CompiledQuery<Row>

export function compileOnce(): Compile {
  const known = new Map<string, CompiledQuery>()
  return <Row>(name: string, query: () => Compilable<Row>) => {
    const compiled = known.get(name) ?? query().compile()
    known.set(name, compiled)
    // What stands under a name was compiled for the same rows.
    return compiled as CompiledQuery<Row>
  }
}
