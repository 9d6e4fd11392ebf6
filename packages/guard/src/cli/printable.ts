/** Text that a terminal only shows: what a token says must not move the cursor, change colours or turn the line around. */

// Control and format characters, line and paragraph separators, and whatever has no agreed look.
const unsafe = /[\p{C}\p{Zl}\p{Zp}]/gu

/** Writes a value as JSON on one line, unsafe characters as escapes. */
export function printableJson(value: unknown): string {
  return escapeUnsafe(JSON.stringify(value))
}

/** The same on several lines. */
export function printableDocument(value: unknown): string {
  return JSON.stringify(value, undefined, 2).split('\n').map(escapeUnsafe).join('\n')
}

/** Replaces unsafe characters by JSON's escapes. */
export function escapeUnsafe(text: string): string {
  return text.replace(unsafe, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}
