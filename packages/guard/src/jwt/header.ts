/** Reads the protected header (RFC 7515 §4). It names a key and a type; it never brings a key, nor chooses an algorithm. */
import { mismatch, TokenRejection } from '../token-rejection.ts'
import { type JsonObject, readMember } from './strict-json.ts'

/** The two header parameters that choose and check the key. */
export interface TokenHeader {
  readonly algorithm: string
  readonly keyId: string | undefined
}

/** The kinds of token that a verifier can be made for. */
export type TokenType = 'at+jwt' | 'JWT' | 'tutorial'

const longestKeyId = 256

/** Header parameters whose presence alone refuses a token. */
const forbidden: readonly string[] = [
  'crit', // RFC 7515 §4.1.11: extensions that are not understood MUST be refused; none is.
  'b64', // RFC 7797 §6: only with crit, and never in a JWT (§7).
  'jwk', // RFC 8725 §3.10, CVE-2018-0114: a token never brings its own key...
  'jku', // ...nor says where to fetch it.
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'zip', // RFC 7516 §4.1.3: members of a JWE, not of a signed token.
  'enc',
]

/** Checks the header's own shape. */
export function readHeader(header: JsonObject): TokenHeader {
  const found = forbidden.find((name) => Object.hasOwn(header, name))
  if (found !== undefined) throw new TokenRejection('header_invalid', { expected: `no ${found}`, received: found })

  // RFC 7515 §4.1.1: alg MUST be present, and a string.
  const algorithm = readMember(header, 'alg')
  if (typeof algorithm !== 'string') {
    throw mismatch('header_invalid', 'alg, a string', algorithm)
  }
  // RFC 7515 §4.1.4: kid MUST be a string. It is looked up in memory, never in files, tables or the network.
  const keyId = readMember(header, 'kid')
  if (keyId !== undefined && (typeof keyId !== 'string' || keyId.length > longestKeyId)) {
    throw mismatch('header_invalid', `kid, at most ${longestKeyId} characters`, keyId)
  }
  return { algorithm, keyId }
}

/** Refuses a token of another kind: an ID token, a logout token, a DPoP proof (RFC 8725 §3.11). */
export function requireType(header: JsonObject, type: TokenType): void {
  // RFC 7519 §5.1: typ is optional in a plain JWT.
  if (type !== 'at+jwt' && readMember(header, 'typ') === undefined) return
  // RFC 9068 §4: anything but at+jwt or application/at+jwt MUST be rejected.
  requireTypeNamed(header, type === 'at+jwt' ? 'at+jwt' : 'jwt')
}

/** Refuses a `typ` that is not the expected one, given in lower case and without "application/". */
export function requireTypeNamed(header: JsonObject, expected: string): void {
  const received = readMember(header, 'typ')
  // RFC 7515 §4.1.9: "application/" may be left out, and case does not count.
  const name = typeof received === 'string' ? received.toLowerCase() : undefined
  if (name !== expected && name !== `application/${expected}`) {
    throw mismatch('type_mismatch', expected, received)
  }
}
