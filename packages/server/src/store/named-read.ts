/** A read as a named statement of PostgreSQL, which each session prepares once. */
import type { Read } from './connection.ts'
import type { StoredValue } from './statement.ts'

interface NamedQuery {
  readonly name: string
  readonly text: string
  readonly values: StoredValue[]
}

/**
 * A session refuses a statement from then on when the types of its columns have changed since it was prepared, which a migration may do
 * while the process runs. The read is then repeated once under a new name, under which all sessions prepare it again.
 */
export function namedRead(query: (query: NamedQuery) => Promise<object[]>, name: string, text: string): Read {
  let generation = 0

  const run: Read = (values) => query({ name: `${name}.${generation}`, text, values: [...values] })

  return async (values) => {
    const used = generation
    try {
      return await run(values)
    } catch (error) {
      if (!isStalePlan(error)) throw error
      // Another read may have noticed it first.
      if (generation === used) generation++
      return await run(values)
    }
  }
}

/** PostgreSQL's "cached plan must not change result type". Its code alone has other meanings, and its message is translated. */
function isStalePlan(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '0A000' &&
    'routine' in error &&
    error.routine === 'RevalidateCachedQuery'
  )
}
