/** Paths to fields, such as `emails.0.address`. */

/** Whether MongoDB can have it as a path: no operator, and no part that is empty. */
export function isFieldPath(path: unknown): path is string {
  return typeof path === 'string' && path.split('.').every((part) => /^(?!\$)[^\0]+$/s.test(part))
}

/** What a document has there; `undefined` when it has nothing. */
export function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, part) => {
    // Only what the document itself has: `__proto__` and `constructor` are names like others.
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    return Reflect.get(value, part)
  }, document)
}

/** The path in queries, indexes and projections: there, a field of a list has no number. */
export function queryPath(path: string): string {
  return path
    .split('.')
    .filter((part) => !/^\d+$/.test(part))
    .join('.')
}
