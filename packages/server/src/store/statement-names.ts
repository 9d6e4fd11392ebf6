/** Names of our statements at PostgreSQL, which prepares a statement with a name once in each session. */
import type { QueryConfig } from 'pg'

export interface StatementNames {
  /** Gives a statement its name. A text without one is planned at each use. */
  readonly add: (name: string, text: string) => void
  /** The query with its name, when it has one. */
  readonly named: (text: string, values: readonly unknown[]) => QueryConfig
  /** Gives the statement of a query a new name, under which all sessions prepare it again. */
  readonly rename: (query: QueryConfig) => void
}

export function createStatementNames(): StatementNames {
  const known = new Map<string, { readonly name: string; readonly generation: number }>()
  const nameOf = (text: string) => {
    const statement = known.get(text)
    return statement && `${statement.name}.${statement.generation}`
  }
  return {
    add: (name, text) => {
      known.set(text, { name, generation: 0 })
    },
    named: (text, values) => {
      const name = nameOf(text)
      return { text, values: [...values], ...(name !== undefined && { name }) }
    },
    rename: ({ text, name }) => {
      const statement = known.get(text)
      // Another query may have noticed it first.
      if (statement && nameOf(text) === name) known.set(text, { ...statement, generation: statement.generation + 1 })
    },
  }
}
