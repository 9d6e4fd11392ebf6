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
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The UTF-8 text that was encoded; `undefined` for anything else. */
export function readBase64url(text: string): string | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (byte) => byte.charCodeAt(0))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
