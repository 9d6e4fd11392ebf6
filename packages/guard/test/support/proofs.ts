/** A client with a key of its own, the tokens that are bound to it and its proofs, made by hand so that any of them can be wrong. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createDpop, type DpopOptions } from '../../src/dpop/dpop.ts'
import { type Access, createGuard, type Guard, type GuardOptions, Rejection } from '../../src/index.ts'
import {
  audience,
  craft,
  craftParts,
  type Differences,
  encode,
  issuer,
  makePairSigner,
  type PairSigner,
  testTime,
} from './tokens.ts'

export interface ProvingClient {
  readonly signer: PairSigner
  /** The public half, as it stands in the header of a proof. */
  readonly jwk: Readonly<Record<string, unknown>>
  /** RFC 7638 §3.1, with SHA-256. */
  readonly thumbprint: string
}

/** The request that proofs are made for, unless they say otherwise. */
export const target = `${audience}/items`

const issuing = await makePairSigner('ES256', 'key-1')
const issuingJwk = { ...issuing.publicKey.export({ format: 'jwk' }), kid: 'key-1', alg: 'ES256' }

export async function makeClient(algorithm: PairSigner['algorithm'] = 'ES256'): Promise<ProvingClient> {
  assert.notEqual(algorithm, 'HS256')
  const signer = await makePairSigner(algorithm === 'HS256' ? 'ES256' : algorithm)
  const jwk: Record<string, unknown> = { ...signer.publicKey.export({ format: 'jwk' }) }
  const required = ['crv', 'e', 'kty', 'n', 'x', 'y'].filter((name) => name in jwk)
  const canonical = JSON.stringify(Object.fromEntries(required.map((name) => [name, jwk[name]])))
  return { signer, jwk, thumbprint: hash(canonical) }
}

/** SHA-256 as base64url. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** A good access token that is bound to the client's key. */
export function boundToken(client: ProvingClient, claims: Readonly<Record<string, unknown>> = {}): string {
  return craft(issuing, { claims: { cnf: { jkt: client.thumbprint }, ...claims } })
}

/** A good token that is bound to nothing. */
export const freeToken: string = craft(issuing)

let proofs = 0

/** A proof for a GET of `target` with that token, with an id of its own: good but for the differences. */
export function makeProof(client: ProvingClient, token: string, { header, claims }: Differences = {}): string {
  proofs++
  const goodHeader = { typ: 'dpop+jwt', alg: client.signer.algorithm, jwk: client.jwk }
  const goodClaims = { jti: `proof-${proofs}`, htm: 'GET', htu: target, iat: testTime, ath: hash(token) }
  return craftParts(encode(overlay(goodHeader, header)), encode(overlay(goodClaims, claims)), client.signer.sign)
}

function overlay(good: object, difference: Differences['header']): string | Uint8Array {
  if (typeof difference === 'string' || difference instanceof Uint8Array) return difference
  return JSON.stringify({ ...good, ...difference })
}

/** A guard that takes proofs, at the test time. */
export function makeProvingGuard(dpop: DpopOptions = {}, options: Partial<GuardOptions> = {}): Guard {
  const now = () => testTime
  return createGuard({
    jwks: { keys: [issuingJwk] },
    issuer,
    audience,
    now,
    dpop: createDpop({ now, ...dpop }),
    ...options,
  })
}

/** A request as a client would send it. Several proofs are several headers. */
export function requestWith(
  token: string,
  proof?: string | readonly string[],
  init: RequestInit & { readonly url?: string } = {},
): Request {
  const headers = new Headers({ authorization: `DPoP ${token}` })
  for (const one of [proof ?? []].flat()) headers.append('dpop', one)
  return new Request(init.url ?? target, { headers, ...init })
}

/** Checks that a request passes. */
export async function assertProven(guard: Guard, request: Request): Promise<Access> {
  return await guard.check(request)
}

/** Checks that a request is rejected for this reason, and that the rejection tells nothing it must not. */
export async function assertUnproven(guard: Guard, request: Request, reason: string): Promise<Rejection> {
  const outcome: unknown = await guard.check(request).catch((error: unknown) => error)
  assert.ok(outcome instanceof Rejection, `expected a rejection, got ${JSON.stringify(outcome)}`)
  assert.equal(outcome.reason, reason, `${outcome.expected} / ${outcome.received}`)
  const told = [
    outcome.message,
    outcome.expected,
    outcome.received,
    JSON.stringify(outcome.body),
    JSON.stringify(outcome.headers),
  ]
  const signatures = ['authorization', 'dpop'].map((name) => request.headers.get(name)?.split('.')[2]?.slice(0, 8))
  for (const signature of signatures) {
    if (signature?.length === 8) assert.ok(!told.join().includes(signature), 'a part of a signature is told')
  }
  return outcome
}
