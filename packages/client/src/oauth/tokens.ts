/** The tokens of a client: plain data, which can be stored as JSON. */
import { isJsonObject, readMember, readText } from './json.ts'

/** Times are in seconds since the epoch, by this machine's clock. */
export interface Tokens {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** When the access token expires, if the issuer says so. */
  readonly expiresAt?: number
  /** When to renew it: a tenth of its lifetime before it expires, but at most 30 seconds before. */
  readonly renewAt?: number
  readonly scopes: readonly string[]
  readonly refreshToken?: string
  readonly idToken?: string
  /** The claims of the ID token, after its checks (OIDC Core §3.1.3.7). */
  readonly claims?: IdTokenClaims
}

/** The claims of an ID token, by their names on the wire (OIDC Core §2). */
export interface IdTokenClaims {
  readonly iss: string
  /** Identifies the user: the issuer never gives it to another user. */
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly [claim: string]: unknown
}

/** In seconds. */
const maxEarly = 30
const earlyPart = 0.1

/** When tokens expire that were received at `now` and are valid for `lifetime` seconds, and when to renew them. */
export function timesOf(now: number, lifetime: number): { readonly expiresAt: number; readonly renewAt: number } {
  const expiresAt = now + lifetime
  return { expiresAt, renewAt: expiresAt - Math.min(maxEarly, lifetime * earlyPart) }
}

/** RFC 6750 §2.1: the characters of a bearer token in a header. */
export const bearerSyntax: RegExp = /^[\w\-.~+/]+=*$/

/** Whether a value from outside has the parts of tokens that this package relies on. */
export function isTokens(value: unknown): value is Tokens {
  if (!isJsonObject(value)) return false
  return bearerSyntax.test(readText(value, 'accessToken') ?? '') && Array.isArray(readMember(value, 'scopes'))
}
