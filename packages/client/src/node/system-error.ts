/** Errors of the operating system, as Node reports them. */

/** Whether `error` is an error of the operating system; with `code`, such as `ENOENT`, whether it has that code. */
export function isSystemError(error: unknown, code?: string): boolean {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return false
  return code === undefined || error.code === code
}
