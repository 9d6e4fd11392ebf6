/** What can name a user or a client in an operation: its id or its username. */

const maxLength = 1000

/** Why nothing can have this id or username, as the words that follow its name; `undefined` when something can. */
export function identifierProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text'
  if (value.length > maxLength) return `must have at most ${maxLength} characters`
  // PostgreSQL stores no text with it.
  return value.includes('\0') ? 'must not contain the null character' : undefined
}
