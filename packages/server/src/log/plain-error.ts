/**
 * Errors as the log has them: what they say, where they come from, and their codes. Drivers add what they were working on, such as the row that a
 * constraint rejects, a statement or a document: hashes, nonces and what users typed (OWASP ASVS 16.2.5).
 */

/** Of Node, SQLite, PostgreSQL, MySQL and MongoDB. None repeats a value. */
const kept: readonly string[] = [
  ...['code', 'errno', 'syscall', 'address', 'port', 'hostname', 'path', 'status'],
  ...['errcode', 'errstr', 'severity', 'schema', 'table', 'column', 'constraint', 'dataType', 'routine'],
  ...['sqlState', 'codeName'],
]

/** Causes of causes. An error may be its own. */
const maxDepth = 5

/** A copy of the error, of the same class. What is no error is returned as it is. */
export function plainError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error) || depth > maxDepth) return error instanceof Error ? undefined : error
  const plain: Error = Object.create(Object.getPrototypeOf(error))
  const set = (name: string, value: unknown, enumerable = true) =>
    Object.defineProperty(plain, name, { value, enumerable, configurable: true, writable: true })
  set('message', error.message, false)
  set('stack', error.stack, false)
  if (Object.hasOwn(error, 'name')) set('name', error.name, false)
  if (error.cause !== undefined) set('cause', plainError(error.cause, depth + 1), false)
  if (error instanceof AggregateError)
    set(
      'errors',
      error.errors.map((one) => plainError(one, depth + 1)),
      false,
    )
  for (const [name, value] of Object.entries(error)) {
    if (kept.includes(name) && (typeof value === 'string' || typeof value === 'number')) set(name, value)
  }
  return plain
}
