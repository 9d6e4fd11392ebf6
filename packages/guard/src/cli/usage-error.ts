/** Ends the command with exit code 2: how it was called is wrong. The message names the cause and the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
