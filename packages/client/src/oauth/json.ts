/** Reads JSON from outside. No member is ever read from a prototype or written to one. */

/** A parsed JSON object. Read it with `readMember`. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The object in a JSON text, without members named `__proto__`, and without those that are `null`: some issuers send it for what they leave
 * out. `undefined` for any other text. Never throws.
 */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text, (name, member) =>
      name === '__proto__' ? undefined : (member ?? undefined),
    )
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object's own member of that name. */
export function readMember<Member>(object: Readonly<Record<string, Member>>, name: string): Member | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** The same, if it is a string that is not empty. */
export function readText(object: JsonObject, name: string): string | undefined {
  const value = readMember(object, name)
  return typeof value === 'string' && value ? value : undefined
}
