/** The id or username by which an operation finds a user or a client. */

const maxLength = 1000

/** Why the value is not a valid id or username, worded to follow the field's name; `undefined` when it is valid. */
export function identifierProblem(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text'
  if (value.length > maxLength) return `must have at most ${maxLength} characters`
  // PostgreSQL stores no text with it.
  return value.includes('\0') ? 'must not contain the null character' : undefined
}
