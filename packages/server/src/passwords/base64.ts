/** Canonical base64 without padding, as the hash formats write it: one value has one spelling. */

/**
 * Takes unpadded base64 of the standard alphabet (RFC 4648 §4) and returns its bytes, or `undefined` when it is not
 * the canonical spelling: foreign characters, padding, an impossible length, stray bits at the end.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text ? bytes : undefined
}

/** The same for passlib's "adapted" base64 (`ab64`), which writes `.` where the standard writes `+`. */
export function decodeAdaptedBase64(text: string): Buffer | undefined {
  return text.includes('+') ? undefined : decodeBase64(text.replaceAll('.', '+'))
}
