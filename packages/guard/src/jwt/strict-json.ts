/** JSON that all parsers read the same way (RFC 8259 §4, RFC 7515 §4): no duplicate names in an object, limited depth. */

/** A JSON object as parsed. Read it through `readMember`. */
export type JsonObject = Readonly<Record<string, unknown>>

/** The value, or what is wrong with the text. */
export type StrictJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: 'syntax_error' | 'duplicate_member' | 'too_deep' }

/** How deeply objects and arrays may nest. */
export const maxNesting = 64

/** Parses a JSON text that has only one meaning; never throws. */
export function parseStrictJson(text: string): StrictJson {
  const fault = findFault(text)
  if (fault !== undefined) return { ok: false, fault }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false, fault: 'syntax_error' }
  }
}

/** Whether a parsed value is an object, neither array nor null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object's own member of that name: never one of a prototype. */
export function readMember(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/**
 * Scans the text once, without recursion, for strings and brackets only. JSON.parse checks the grammar afterwards: in a text that
 * passes both, a string before a colon is the name of a member, and nothing else is.
 */
function findFault(text: string): 'syntax_error' | 'duplicate_member' | 'too_deep' | undefined {
  const names: Set<string>[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{' || character === '[') {
      if (names.push(new Set()) > maxNesting) return 'too_deep'
    } else if (character === '}' || character === ']') {
      names.pop()
    } else if (character === '"') {
      const end = endOfString(text, at)
      const colon = skipWhitespace(text, end)
      if (text[colon] === ':') {
        const name = decodeName(text.slice(at, end))
        const seen = names.at(-1)
        if (name === undefined || seen === undefined) return 'syntax_error'
        // RFC 7515 §4, RFC 7519 §4: names MUST be unique, or the text is rejected. Compared decoded: "s\u0075b" is "sub".
        if (seen.has(name)) return 'duplicate_member'
        seen.add(name)
      }
      at = colon - 1
    }
  }
  return undefined
}

/** The index after the closing quote, or the text's length when there is none. */
function endOfString(text: string, openingQuote: number): number {
  let quote = text.indexOf('"', openingQuote + 1)
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote === -1 ? text.length : quote + 1
}

/** Whether an odd number of backslashes precedes the quote: each escapes the character after it. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote
  while (text[at - 1] === '\\') at--
  return (quote - at) % 2 === 1
}

function skipWhitespace(text: string, from: number): number {
  let at = from
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++
  return at
}

function decodeName(quoted: string): string | undefined {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    return undefined
  }
}
