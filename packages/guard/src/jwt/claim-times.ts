/** The times of a token: exp, nbf, iat (RFC 7519 §4.1.4-6). Every comparison fails when the clock is not a number. */
import { mismatch, TokenRejection, type TokenRejectionReason } from '../token-rejection.ts'
import { type JsonObject, readMember } from './strict-json.ts'

/** All in seconds. */
export interface TimeRules {
  /** Since the epoch. */
  readonly now: () => number
  readonly clockTolerance: number
  readonly maxLifetime: number
}

/** Returns `exp`, which is in the future, in seconds since the epoch. */
export function readExpiry(claims: JsonObject, rules: TimeRules): number {
  const now = rules.now()
  const expiresAt = readExpiryTime(claims, now + rules.maxLifetime)
  // RFC 7519 §4.1.4: on or after exp the token MUST NOT be accepted. No tolerance: expired is expired.
  if (!(now < expiresAt)) {
    const received = `${expiresAt}, ${Math.floor(now - expiresAt)} s ago`
    throw new TokenRejection('token_expired', { expected: `exp after ${now}`, received })
  }
  return expiresAt
}

function readExpiryTime(claims: JsonObject, latest: number): number {
  const expiry = readMember(claims, 'exp')
  // RFC 9068 §2.2: exp is REQUIRED: no token is valid forever.
  if (expiry === undefined) throw new TokenRejection('expiry_missing', { expected: 'exp' })
  // RFC 7519 §2: a number, which may have a fraction. Finite here: 1e400 is Infinity to JSON.parse, and would never expire.
  if (typeof expiry !== 'number' || !(expiry >= 0 && expiry <= Number.MAX_SAFE_INTEGER)) {
    throw mismatch('expiry_invalid', 'exp in seconds', expiry)
  }
  if (expiry > latest) {
    throw new TokenRejection('expiry_too_far', { expected: `exp up to ${latest}`, received: String(expiry) })
  }
  return expiry
}

const invalidStart = { nbf: 'not_before_invalid', iat: 'issued_at_invalid' } as const

/** RFC 7519 §4.1.5: nbf MUST be now or earlier; a few seconds of tolerance for clocks that differ. The same for iat. */
export function requireStarted(claims: JsonObject, name: 'nbf' | 'iat', rules: TimeRules): void {
  const time = readMember(claims, name)
  if (time === undefined) return
  // RFC 7519 §4.1.5, §4.1.6: MUST be a number; fractions are allowed (§2, NumericDate).
  if (typeof time !== 'number' || !Number.isFinite(time)) {
    throw mismatch<TokenRejectionReason>(invalidStart[name], `${name} in seconds`, time)
  }
  const latest = rules.now() + rules.clockTolerance
  if (!(time <= latest)) {
    const received = `${time}, ${Math.ceil(time - latest)} s too late`
    throw new TokenRejection('token_not_yet_valid', { expected: `${name} up to ${latest}`, received })
  }
}
