/** Compares the claims of a proof with the request (RFC 9449 §4.2, §4.3). */
import { describeValue } from '../describe.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import { mismatch, TokenRejection } from '../token-rejection.ts'
import { normalizeTarget, withoutQuery } from './target-uri.ts'

/** The request that a proof must be for. */
export interface ProvenRequest {
  readonly method: string
  /** In the spelling of `normalizeTarget`. */
  readonly target: string
  /** The access token's SHA-256, as base64url. */
  readonly tokenHash: string
}

/** When a proof may have been made; all in seconds. */
export interface ProofTimes {
  readonly now: number
  readonly maxAge: number
  readonly clockTolerance: number
}

export interface ProofClaims {
  readonly proofId: string
  /** `iat`, in seconds since the epoch. */
  readonly issuedAt: number
  /** Not checked yet. */
  readonly nonce: unknown
}

// A proof's id is remembered. RFC 9449 §4.2 asks for 96 bits of randomness or a UUID, about 36 characters.
const maxProofIdLength = 255

/** Checks all claims but the nonce. Members that RFC 9449 does not name are ignored. */
export function readProofClaims(claims: JsonObject, request: ProvenRequest, times: ProofTimes): ProofClaims {
  requireSameRequest(claims, request)
  const proofId = readProofId(claims)
  return { proofId, issuedAt: requireFresh(readMember(claims, 'iat'), times), nonce: readMember(claims, 'nonce') }
}

function requireSameRequest(claims: JsonObject, { method, target, tokenHash }: ProvenRequest): void {
  // RFC 9449 §4.3: htm matches the method of the request. RFC 9110 §9.1: methods are case-sensitive.
  const htm = readMember(claims, 'htm')
  if (htm !== method) throw mismatch('proof_invalid', `htm ${describeValue(method)}`, htm)
  // RFC 9449 §4.3: htu matches the URI of the request.
  const htu = readMember(claims, 'htu')
  if (typeof htu !== 'string' || normalizeTarget(htu) !== target) {
    const received = typeof htu === 'string' ? withoutQuery(htu) : htu
    throw mismatch('proof_invalid', `htu ${describeValue(target)}`, received)
  }
  // RFC 9449 §4.3: with an access token, ath equals that token's hash. The hash stays out of the logs.
  if (readMember(claims, 'ath') !== tokenHash) {
    throw new TokenRejection('proof_invalid', { expected: 'ath of this access token', received: 'another, or none' })
  }
}

function readProofId(claims: JsonObject): string {
  const proofId = readMember(claims, 'jti')
  if (typeof proofId !== 'string' || proofId === '' || proofId.length > maxProofIdLength) {
    const received = typeof proofId === 'string' ? `${proofId.length} characters` : describeValue(proofId)
    throw new TokenRejection('proof_invalid', { expected: `jti, 1 to ${maxProofIdLength} characters`, received })
  }
  return proofId
}

/** RFC 9449 §4.3: iat is within an acceptable window. */
export function requireFresh(issuedAt: unknown, { now, maxAge, clockTolerance }: ProofTimes): number {
  // Both comparisons fail when the clock is not a number.
  if (typeof issuedAt === 'number' && issuedAt >= now - maxAge && issuedAt <= now + clockTolerance) return issuedAt
  const expected = `iat from ${Math.ceil(now - maxAge)} to ${Math.floor(now + clockTolerance)}`
  throw mismatch('proof_invalid', expected, issuedAt)
}
