/** Errors of the operating system, which Node hands on as they are. */

/** Whether it is one; where a code such as `ENOENT` is given, that one. */
export function isSystemError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return false
  return code === undefined || error.code === code
}
