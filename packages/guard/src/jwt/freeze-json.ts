/** Makes a parsed JSON object safe to share and to merge: results come from a cache, one object for many requests. */
import type { JsonObject } from './strict-json.ts'

/**
 * Freezes the object through and through, and answers it. Members named `__proto__` are dropped at every depth:
 * `Object.assign(user, claims)` would otherwise give `user` another prototype.
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
