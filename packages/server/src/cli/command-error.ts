/** Ends a command with exit code 1. The message names the problem and the fix. */
export class CommandError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CommandError'
  }
}
