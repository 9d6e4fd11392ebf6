/** Describes values and errors of unknown origin in messages and logs. */

const maxLength = 64

/** At most 64 printable ASCII characters, so that a value cannot forge a log line. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return describeText(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  if (Array.isArray(value)) return `array of ${value.length}`
  return value === undefined ? 'absent' : typeof value
}

function describeText(text: string): string {
  // Cut first: the rest then costs the same for a text of any length.
  const quoted = JSON.stringify(text.slice(0, maxLength)).replace(/[^\x20-\x7e]/g, escapeCharacter)
  return quoted.length <= maxLength ? quoted : `${quoted.slice(0, maxLength - 4)}..."`
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** The message of whatever was thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.message : 'the thrown value is not an Error'
}
