/** Random values and hashes, as texts for URLs (base64url, RFC 4648 §5). */

/** 256 random bits: for state, nonce and code verifier, which nobody may be able to guess (RFC 7636 §7.1, RFC 6749 §10.10). */
export function randomText(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)))
}

/** The hash of an ASCII text, or its left half. */
export async function hashText(hash: string, text: string, part: 1 | 0.5 = 1): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(text)))
  return toBase64url(digest.slice(0, digest.length * part))
}

/** Without padding. */
export function toBase64url(bytes: Uint8Array): string {
  return encodeBinary(String.fromCharCode(...bytes))
}

/** The bytes that were encoded; `undefined` for any other text. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    // RFC 7515 §2, RFC 4648 §3.5: bytes have one spelling, without padding, white space and stray bits.
    return encodeBinary(binary) === text ? Uint8Array.from(binary, (byte) => byte.charCodeAt(0)) : undefined
  } catch {
    // This is how `atob` reports other characters and lengths.
    return undefined
  }
}

/** `binary` has one character for each byte. */
function encodeBinary(binary: string): string {
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
