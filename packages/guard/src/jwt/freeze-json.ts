/** Makes a parsed JSON object safe to share and to merge: the cache returns one object for many requests. */
import type { JsonObject } from './strict-json.ts'

/**
 * Freezes the object deeply, and returns it. Removes members named `__proto__` at every depth: otherwise
 * `Object.assign(user, claims)` would change the prototype of `user`.
 */
export function freezeJson(root: JsonObject): JsonObject {
  const open: object[] = [root]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    Reflect.deleteProperty(node, '__proto__')
    for (const child of Object.values(node)) {
      if (typeof child === 'object' && child !== null) open.push(child)
    }
    Object.freeze(node)
  }
  return root
}
