/** Ends the command with exit code 2: the command line is wrong. The message has the cause and the fix. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
