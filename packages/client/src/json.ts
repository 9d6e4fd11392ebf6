/** Reads JSON from outside so that nothing is ever taken from, or put into, a prototype. */

/** A JSON object as parsed. Read it through `readMember`. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The object that the text stands for, without members named `__proto__`; `undefined` when it is no object. Never throws. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text, (name, member) => (name === '__proto__' ? undefined : member))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the value is an object whose members have these types: for each name the words of `typeof` that there may be. */
export function hasTypes(value: unknown, types: Readonly<Record<string, string>>): value is JsonObject {
  if (!isJsonObject(value)) return false
  return Object.entries(types).every(([name, words]) => words.includes(typeof readMember(value, name)))
}

/** The object's own member of that name. */
export function readMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** The same, when it is a text that is not empty. */
export function readText(object: JsonObject, name: string): string | undefined {
  const value = readMember(object, name)
  return typeof value === 'string' && value !== '' ? value : undefined
}
