/** Decodes base64url (RFC 7515 §2, RFC 4648 §5) so that every byte string has exactly one spelling. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const notInAlphabet = 255

/** The six bits of each ASCII character; 255 for characters outside the alphabet. */
const sextets = Uint8Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)))

/** Returns the bytes, or `undefined` when the text is not canonical base64url. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  // RFC 4648 §4: groups of four; a single remaining character has no whole byte.
  if (text.length % 4 === 1) return undefined

  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let length = 0
  let pending = 0
  let pendingBits = 0
  for (let index = 0; index < text.length; index++) {
    // RFC 7515 §2: the URL-safe alphabet, no padding, no line breaks or other characters.
    const sextet = sextets[text.charCodeAt(index)] ?? notInAlphabet
    if (sextet === notInAlphabet) return undefined
    pending = ((pending << 6) | sextet) & 0xfff
    pendingBits += 6
    if (pendingBits >= 8) {
      pendingBits -= 8
      bytes[length++] = (pending >> pendingBits) & 0xff
    }
  }
  // RFC 4648 §3.5: unused trailing bits are zero; otherwise one signature would have many spellings.
  return (pending & ((1 << pendingBits) - 1)) === 0 ? bytes : undefined
}
