/** Parses a JWS compact serialization (RFC 7515 §7.1, RFC 7519 §7.2): only its shape, nothing is trusted yet. */
import { mismatch, TokenRejection, type TokenRejectionReason } from '../token-rejection.ts'
import { decodeBase64Url } from './base64url.ts'
import { isJsonObject, type JsonObject, parseStrictJson } from './strict-json.ts'

/** A token's three parts, the first two still encoded. */
export interface TokenParts {
  readonly header: string
  readonly payload: string
  readonly signature: Uint8Array<ArrayBuffer>
}

// RFC 7519 §7.2: the octets MUST be UTF-8. A byte order mark is kept, so that JSON.parse rejects it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Rejects a value that is not a string, and a string that is too long, before it reads a character. */
export function requireTokenText(token: unknown, maxLength: number): string {
  if (typeof token !== 'string') {
    throw mismatch('token_malformed', 'a string', token)
  }
  if (token.length > maxLength) {
    throw new TokenRejection('token_too_long', { expected: `at most ${maxLength}`, received: String(token.length) })
  }
  return token
}

/** Splits at the two dots, and checks that the signature is canonical base64url. */
export function splitToken(token: string): TokenParts {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  // RFC 7515 §7.1: exactly three parts. RFC 7516 §9: five parts are a JWE, which is not supported.
  // Found by index, not by split: a million dots must not create a million strings.
  if (first === -1 || second === -1 || token.includes('.', second + 1)) {
    throw new TokenRejection('token_malformed', { expected: 'three parts' })
  }
  const header = token.slice(0, first)
  const payload = token.slice(first + 1, second)
  const signature = decodePart(token.slice(second + 1))
  // RFC 8725 §3.2, RFC 7797 §5: neither an unsecured token (no signature) nor a detached payload.
  if (header === '' || payload === '' || signature.length === 0) {
    throw new TokenRejection('token_malformed', { expected: 'three parts' })
  }
  return { header, payload, signature }
}

/** Decodes a part that must be a JSON object; rejects anything else with the reason `invalid`. */
export function decodeJsonPart(part: string, invalid: TokenRejectionReason): JsonObject {
  const text = decodeUtf8(decodePart(part))
  if (text === undefined) throw new TokenRejection(invalid, { expected: 'UTF-8' })

  const json = parseStrictJson(text)
  if (!json.ok) throw new TokenRejection(invalid, { expected: 'a JSON object', received: json.fault })
  // RFC 7519 §7.2: the header and the claims set MUST each be a JSON object.
  if (!isJsonObject(json.value)) {
    throw mismatch(invalid, 'a JSON object', json.value)
  }
  return json.value
}

function decodePart(part: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64Url(part)
  if (bytes === undefined) throw new TokenRejection('token_malformed', { expected: 'canonical base64url' })
  return bytes
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
