/** Objects of named members, such as options. */

/**
 * Whether the value is one, also of another realm, such as that of a test runner. A date, a map or a promise has no members to read: as
 * options, it would be taken for an empty object.
 */
export function isPlainObject(value: unknown): value is object {
  // Also what `import * as options` makes.
  return /^\[object (?:Object|Module)\]$/.test(Object.prototype.toString.call(value))
}
