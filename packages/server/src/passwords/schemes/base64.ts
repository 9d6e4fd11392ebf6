/** Canonical base64 of the hash formats: one value has one spelling. */

/**
 * Decodes unpadded base64 of the standard alphabet (RFC 4648 §4). Returns `undefined` for a spelling that is not canonical: other
 * characters, padding, an impossible length, extra bits at the end.
 */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64').replace(/=+$/, '') === text ? bytes : undefined
}

/** The same for passlib's "adapted" base64 (`ab64`), which has `.` instead of `+`. */
export function decodeAdaptedBase64(text: string): Buffer | undefined {
  return text.includes('+') ? undefined : decodeBase64(text.replaceAll('.', '+'))
}

/** The same for base64 with its padding. */
export function decodePaddedBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}
