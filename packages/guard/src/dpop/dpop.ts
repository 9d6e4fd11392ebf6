/** Requires a proof of possession for a token that is bound to a key, made for this request (RFC 9449 §4.3, §7.1). */
import type { Access } from '../access.ts'
import { describeValue } from '../describe.ts'
import { digestText } from '../digest.ts'
import type { GuardRequest } from '../guard-request.ts'
import { isJsonObject, readMember } from '../jwt/strict-json.ts'
import { TokenRejection } from '../token-rejection.ts'
import { type DpopConfig, type DpopOptions, resolveDpopOptions } from './dpop-options.ts'
import { createNonces, type Nonces, nonceLifetime } from './nonces.ts'
import { readProof, requireProofSignature } from './proof.ts'
import { type ProofClaims, readProofClaims, requireFresh } from './proof-claims.ts'
import { createFirstUse, type IsFirstUse } from './replay-memory.ts'
import type { SenderConstraint } from './sender-constraint.ts'
import { readTarget } from './target-uri.ts'

export type { DpopOptions } from './dpop-options.ts'
export type { ReplayMemory } from './replay-memory.ts'
export type { SenderConstraint } from './sender-constraint.ts'

/**
 * Makes the value of `createGuard`'s option `dpop`: `createGuard({ issuer, audience, dpop: createDpop() })`.
 *
 * @throws TypeError when an option is wrong, with its name and the fix
 * @see RFC 9449 §7
 */
export function createDpop(options: DpopOptions = {}): SenderConstraint {
  const config = resolveDpopOptions(options)
  const nonces = config.nonceSecret === undefined ? undefined : createNonces(config.nonceSecret, config.now)
  const constraint: Constraint = { ...config, nonces, isFirstUse: createFirstUse(config.replay) }
  return {
    algorithms: config.algorithms,
    isRequired: config.required,
    check: async (request, token, access) => {
      const thumbprint = readBinding(access)
      const isDpop = /^dpop /i.test(request.headers.get('authorization') ?? '')
      if (thumbprint === undefined) {
        // RFC 9449 §7.1: the scheme DPoP is for bound tokens.
        if (config.required || isDpop) {
          throw new TokenRejection('token_unbound', { expected: 'cnf.jkt', received: 'absent' })
        }
        return
      }
      // RFC 9449 §7.2: a bound token MUST NOT pass as a bearer token.
      if (!isDpop) throw new TokenRejection('proof_missing', { expected: 'the scheme DPoP', received: 'another' })
      await requireProof(request, token, thumbprint, constraint)
    },
  }
}

interface Constraint extends DpopConfig {
  readonly nonces: Nonces | undefined
  readonly isFirstUse: IsFirstUse
}

/** The thumbprint of the key that the token is bound to; `undefined` when it is not bound. */
function readBinding(access: Access): string | undefined {
  const confirmation = readMember(access.claims, 'cnf')
  if (confirmation === undefined) return undefined
  const members = isJsonObject(confirmation) ? Object.keys(confirmation) : []
  const thumbprint = isJsonObject(confirmation) ? readMember(confirmation, 'jkt') : undefined
  if (typeof thumbprint === 'string' && members.length === 1) return thumbprint
  // RFC 7800 §3.1: another or a second binding, such as to a certificate (RFC 8705), cannot be proven here.
  const received = members.length > 0 ? describeValue(members.join()) : describeValue(confirmation)
  throw new TokenRejection('proof_unsupported', { expected: 'cnf.jkt alone', received })
}

async function requireProof(
  request: GuardRequest,
  token: string,
  thumbprint: string,
  constraint: Constraint,
): Promise<void> {
  const text = request.headers.get('dpop')
  if (text === null) throw new TokenRejection('proof_missing', { expected: 'the header DPoP', received: 'absent' })
  // RFC 9449 §4.3: not more than one header. The platform joins several with commas, which no JWT has.
  if (text.includes(','))
    throw new TokenRejection('proof_invalid', { expected: 'one header DPoP', received: 'several' })
  const proof = await readProof(text, constraint.algorithms)
  // RFC 9449 §4.3, §7.1: the proof's key is the key that the token is bound to.
  if (proof.thumbprint !== thumbprint) {
    throw new TokenRejection('proof_invalid', { expected: "the token's key", received: 'another' })
  }
  const target = readTarget(request, constraint.origin)
  const proven = { method: request.method, target, tokenHash: await digestText(token) }
  const claims = readProofClaims(proof.claims, proven, { ...constraint, now: constraint.now() })
  await requireProofSignature(proof)
  if (constraint.nonces !== undefined) await requireNonce(claims.nonce, constraint.nonces)
  await requireFirstUse(request, claims, thumbprint, constraint)
}

async function requireNonce(nonce: unknown, nonces: Nonces): Promise<void> {
  if (await nonces.isValid(nonce)) return
  const expected = `a nonce of this API, at most ${nonceLifetime} s old`
  const received = nonce === undefined ? 'absent' : 'another'
  // RFC 9449 §9: use_dpop_nonce, with a nonce in the header DPoP-Nonce.
  throw new TokenRejection('proof_nonce_needed', { expected, received }, { 'dpop-nonce': await nonces.issue() })
}

async function requireFirstUse(
  request: GuardRequest,
  { proofId, issuedAt }: ProofClaims,
  thumbprint: string,
  { isFirstUse, maxAge, clockTolerance, now }: Constraint,
): Promise<void> {
  // With the client's key: no other client can use up its ids. Without method and URI: an id is used once (RFC 9449 §11.1).
  const key = await digestText(`${thumbprint} ${proofId}`)
  // By then, the proof is too old by every clock.
  const expiresAt = Math.ceil(issuedAt) + maxAge + clockTolerance + 1
  if (!(await isFirstUse(request, key, expiresAt))) {
    throw new TokenRejection('proof_replayed', { expected: 'an unused jti', received: 'a used one' })
  }
  // Checked again: the memory forgets proofs that are too old, and the proof may have become too old since the first check.
  requireFresh(issuedAt, { now: now(), maxAge, clockTolerance })
}
