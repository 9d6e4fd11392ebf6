/** Errors of the operating system, as Node reports them. */

/** Whether it is one, with the given code, such as `ENOENT`, if there is one. */
export function isSystemError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return false
  return code === undefined || error.code === code
}
