/** What a client has been given by the issuer: plain data, which can be stored as JSON. */
import { isJsonObject, readMember, readText } from './json.ts'

/** Times are in seconds since the epoch, by this machine's clock. */
export interface Tokens {
  readonly accessToken: string
  readonly tokenType: 'Bearer'
  /** When the access token ends, if the issuer tells. */
  readonly expiresAt?: number
  /** When to renew it: a tenth of its life before its end, and at most 30 seconds. */
  readonly renewAt?: number
  readonly scopes: readonly string[]
  readonly refreshToken?: string
  readonly idToken?: string
  /** What the ID token says of the user, checked (OIDC Core §3.1.3.7). */
  readonly claims?: IdTokenClaims
}

/** The claims of an ID token, by their names on the wire (OIDC Core §2). */
export interface IdTokenClaims {
  readonly iss: string
  /** Who the user is: never given to another user of this issuer. */
  readonly sub: string
  readonly aud: string | readonly string[]
  readonly exp: number
  readonly iat: number
  readonly [claim: string]: unknown
}

const mostEarly = 30
const earlyPart = 0.1

/** When tokens that were given at `now` for `lifetime` seconds end, and when to renew them. */
export function timesOf(now: number, lifetime: number): { readonly expiresAt: number; readonly renewAt: number } {
  const expiresAt = now + lifetime
  return { expiresAt, renewAt: expiresAt - Math.min(mostEarly, lifetime * earlyPart) }
}

/** RFC 6750 §2.1: only these characters can be sent in a header. */
export const bearerSyntax: RegExp = /^[\w\-.~+/]+=*$/

/** Whether a value from outside can be used as tokens: then nothing that is done with them throws for what they are. */
export function isTokens(value: unknown): value is Tokens {
  if (!isJsonObject(value)) return false
  return bearerSyntax.test(readText(value, 'accessToken') ?? '') && Array.isArray(readMember(value, 'scopes'))
}
