/** Errors of the file system, apart from our own mistakes. */

/**
 * The code of the file system's error, such as `EACCES`.
 * @throws `error` again when it is another one
 */
export function fileErrorCode(error: unknown): string {
  // Errors of Node itself have a code too, but name no system call.
  if (error instanceof Error && 'syscall' in error && 'code' in error) return String(error.code)
  throw error
}
