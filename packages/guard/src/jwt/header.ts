/** Reads the protected header (RFC 7515 §4). It names a key and a type; a key in it is never used, and it never chooses an algorithm. */
import { mismatch, TokenRejection } from '../token-rejection.ts'
import { decodeJsonPart } from './jwt.ts'
import { type JsonObject, readMember } from './strict-json.ts'

/** The header of a token: its members, and the two that choose the key. */
export interface TokenHeader {
  readonly members: JsonObject
  readonly algorithm: string
  readonly keyId: string | undefined
}

/**
 * The types of access token that a verifier accepts.
 *
 * - `at+jwt`: access tokens of RFC 9068
 * - `JWT`: `typ` is "JWT" or absent
 * - `minimal-jwt`: the same, and `iss` and `aud` may be absent
 */
export type TokenType = 'at+jwt' | 'JWT' | 'minimal-jwt'

const maxKeyIdLength = 256

/** A JWT with any of these header parameters is rejected. RFC 7515 §4: all others that are not used are ignored, keys among them. */
const forbidden: readonly string[] = [
  'crit', // RFC 7515 §4.1.11: extensions that are not understood MUST be rejected; none is.
  'b64', // RFC 7797 §6: only with crit, and never in a JWT (§7).
  'enc', // RFC 7516 §9: a token with it is a JWE...
  'zip', // ...and this is a member of one (§4.1.3).
]

/** Reads the first part of a token. */
export function readHeader(part: string): TokenHeader {
  const members = decodeJsonPart(part, 'header_invalid')
  requireNoneForbidden(members)
  // RFC 7515 §4.1.1: alg MUST be present, and a string.
  const algorithm = readMember(members, 'alg')
  if (typeof algorithm !== 'string') {
    throw mismatch('header_invalid', 'alg, a string', algorithm)
  }
  // RFC 7515 §4.1.4: kid MUST be a string. It is looked up in memory only: not in files, databases or the network.
  const keyId = readMember(members, 'kid')
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId.length > maxKeyIdLength)) {
    throw mismatch('header_invalid', `kid, at most ${maxKeyIdLength} characters`, keyId)
  }
  return { members, algorithm, keyId }
}

/** Rejects a header that changes how the rest must be read, of any kind of JWT. */
export function requireNoneForbidden(header: JsonObject): void {
  const found = forbidden.find((name) => Object.hasOwn(header, name))
  if (found !== undefined) throw new TokenRejection('header_invalid', { expected: `no ${found}`, received: found })
}

/**
 * Rejects a token of another kind, such as an ID token, a logout token or a DPoP proof (RFC 8725 §3.11).
 *
 * @param type a `TokenType`, or the `typ` of another kind of JWT
 */
export function requireType(header: JsonObject, type: string): void {
  const isPlain = type === 'JWT' || type === 'minimal-jwt'
  // RFC 7519 §5.1: typ is optional in a plain JWT.
  if (isPlain && readMember(header, 'typ') === undefined) return
  // RFC 9068 §4: anything but at+jwt or application/at+jwt MUST be rejected.
  requireTypeNamed(header, isPlain ? 'jwt' : type)
}

/** Rejects any other `typ` than the expected one, which is in lower case and without "application/". */
export function requireTypeNamed(header: JsonObject, expected: string): void {
  const received = readMember(header, 'typ')
  // RFC 7515 §4.1.9: "application/" may be left out, and case does not count.
  const name = typeof received === 'string' ? received.toLowerCase() : undefined
  if (name !== expected && name !== `application/${expected}`) {
    throw mismatch('type_mismatch', expectationOf(header) ?? expected, received)
  }
}

/**
 * What the sender of an unusable token should send, if its header shows that. Entra signs tokens for Microsoft Graph with another nonce than
 * they contain, so that nobody else can verify them.
 */
export function expectationOf(header: JsonObject): string | undefined {
  if (readMember(header, 'nonce') === undefined) return undefined
  return 'a token for this API: a nonce in the header marks one for Microsoft Graph, which no other API can check'
}
