/** Lets a bound token pass only with a proof of its key, made for this very request (RFC 9449 §4.3, §7.1). */
import { base64url } from 'jose'
import type { Access } from '../access.ts'
import { describeValue } from '../describe.ts'
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
 * Makes what `createGuard` takes as its option `dpop`: `createGuard({ issuer, audience, dpop: createDpop() })`.
 *
 * @throws TypeError when an option is wrong, naming it and the fix
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
        if (config.required || isDpop)
          throw new TokenRejection('token_unbound', { expected: 'cnf.jkt', received: 'absent' })
        return
      }
      // RFC 9449 §7.2: a bound token MUST NOT pass as a bearer token.
      if (!isDpop) throw new TokenRejection('proof_missing', { expected: 'the scheme DPoP', received: 'another' })
      await requireProof(request, token, thumbprint, constraint)
    },
  }
}

/** The settings, and what is made of them once. */
interface Constraint extends DpopConfig {
  readonly nonces: Nonces | undefined
  readonly isFirstUse: IsFirstUse
}

/** The thumbprint of the key that the token is bound to, or `undefined` when it is bound to none. */
function readBinding(access: Access): string | undefined {
  const confirmation = readMember(access.claims, 'cnf')
  if (confirmation === undefined) return undefined
  const members = isJsonObject(confirmation) ? Object.keys(confirmation) : []
  const thumbprint = isJsonObject(confirmation) ? readMember(confirmation, 'jkt') : undefined
  if (typeof thumbprint === 'string' && members.length === 1) return thumbprint
  // RFC 7800 §3.1: bound in a way that is not known here, and so not proven: to a certificate as well (RFC 8705), for one.
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
  // RFC 9449 §4.3, §7.1: the key is the one that the token is bound to.
  if (proof.thumbprint !== thumbprint) {
    throw new TokenRejection('proof_invalid', { expected: "the token's key", received: 'another' })
  }
  const target = readTarget(request, constraint.origin)
  const occasion = { method: request.method, target, tokenHash: await hash(token) }
  const claims = readProofClaims(proof.claims, occasion, { ...constraint, now: constraint.now() })
  await requireProofSignature(proof)
  if (constraint.nonces !== undefined) await requireNonce(claims.nonce, constraint.nonces)
  await requireFirstUse(request, claims, thumbprint, constraint)
}

async function requireNonce(nonce: unknown, nonces: Nonces): Promise<void> {
  if (await nonces.isGood(nonce)) return
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
  // Under the client's key: nobody else can use up its ids. Neither method nor URI counts: an id is used once (RFC 9449 §11.1).
  const key = await hash(`${thumbprint} ${proofId}`)
  // When the proof has become too old by every clock.
  const expiresAt = Math.ceil(issuedAt) + maxAge + clockTolerance + 1
  if (!(await isFirstUse(request, key, expiresAt))) {
    throw new TokenRejection('proof_replayed', { expected: 'a jti that was not used', received: 'one that was' })
  }
  // The memory forgets what is too old to pass: so old must no proof have become since its time was looked at.
  requireFresh(issuedAt, { now: now(), maxAge, clockTolerance })
}

/** SHA-256, as base64url: `ath` (RFC 9449 §4.2), and the key of a used proof. */
async function hash(text: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}
