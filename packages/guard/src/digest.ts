/** SHA-256 digests and other bytes as base64url text (RFC 4648 §5), without padding. */

/** The SHA-256 digest of the text's UTF-8 bytes: 43 characters of base64url. */
export async function digestText(text: string): Promise<string> {
  return encodeBase64Url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

export function encodeBase64Url(bytes: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
