/** Reads a DPoP proof (RFC 9449 §4.2, §4.3): a JWT that contains its own public key, and is signed with it for one request. */
import { describeValue } from '../describe.ts'
import { digestText } from '../digest.ts'
import { requireNoneForbidden, requireTypeNamed } from '../jwt/header.ts'
import { decodeJsonPart, requireTokenText, splitToken, type TokenParts } from '../jwt/jwt.ts'
import { requireSignature } from '../jwt/signature.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { importJwk, readJwk } from '../keys/jwk.ts'
import type { FitKey } from '../keys/verification-key.ts'
import { TokenRejection } from '../token-rejection.ts'

/** A proof that was read; its signature is not verified yet. */
export interface Proof {
  readonly parts: TokenParts
  readonly claims: JsonObject
  readonly key: FitKey
  /** RFC 7638 §3.1, with SHA-256: what a token is bound to. */
  readonly thumbprint: string
}

/** In characters: enough for an RSA key of 4096 bits, its signature and long URIs. */
const maxProofLength = 8192

/** Reads the proof, and imports its key. Nothing in it is proven yet. */
export async function readProof(proof: string, algorithms: readonly string[]): Promise<Proof> {
  try {
    requireTokenText(proof, maxProofLength)
    const parts = splitToken(proof)
    const header = decodeJsonPart(parts.header, 'header_invalid')
    const { key, thumbprint } = await readProofHeader(header, algorithms)
    return { parts, claims: decodeJsonPart(parts.payload, 'payload_invalid'), key, thumbprint }
  } catch (error) {
    throw toProofRejection(error)
  }
}

/** Rejects a proof that is not signed with its own key. */
export async function requireProofSignature({ parts, key }: Proof): Promise<void> {
  try {
    await requireSignature(parts, key)
  } catch (error) {
    throw toProofRejection(error)
  }
}

async function readProofHeader(
  header: JsonObject,
  algorithms: readonly string[],
): Promise<Pick<Proof, 'key' | 'thumbprint'>> {
  // RFC 9449 §4.3: typ is dpop+jwt.
  requireTypeNamed(header, 'dpop+jwt')
  requireNoneForbidden(header)
  const algorithm = readMember(header, 'alg')
  // RFC 9449 §4.3: a registered asymmetric algorithm that is accepted here, not none.
  if (typeof algorithm !== 'string' || !algorithms.includes(algorithm)) {
    const expected = `alg ${algorithms.join(', ')}`
    throw new TokenRejection('proof_invalid', { expected, received: describeValue(algorithm) })
  }
  return await readProofKey(readMember(header, 'jwk'), algorithm)
}

async function readProofKey(jwk: unknown, algorithm: string): Promise<Pick<Proof, 'key' | 'thumbprint'>> {
  if (!isJsonObject(jwk)) throw new TokenRejection('proof_invalid', { expected: 'jwk', received: describeValue(jwk) })
  // RFC 9449 §4.3: jwk is a public key without private members. The header's alg is the algorithm.
  const reading = readJwk({ ...jwk, alg: algorithm })
  if (!reading.ok) {
    const expected = `a public jwk for ${algorithm}`
    throw new TokenRejection('proof_invalid', { expected, received: reading.fault })
  }
  const key = await importJwk(reading.jwk)
  if (key === undefined) {
    throw new TokenRejection('proof_invalid', { expected: 'a jwk', received: 'members that are not a key' })
  }
  return { key, thumbprint: await calculateThumbprint(reading.jwk.members) }
}

/** RFC 7638 §3.2, §3.3: the required members of the key and no others, in lexicographic order, as JSON without whitespace. */
export async function calculateThumbprint(members: Readonly<Record<string, string>>): Promise<string> {
  const names = Object.keys(members).sort()
  return await digestText(JSON.stringify(Object.fromEntries(names.map((name) => [name, members[name]]))))
}

/** The client made all of the proof, its key included: whatever fails in it makes the proof invalid. */
function toProofRejection(error: unknown): unknown {
  if (!(error instanceof TokenRejection) || error.reason === 'proof_invalid') return error
  const { expected, received, reason } = error
  return new TokenRejection('proof_invalid', {
    expected: expected ?? 'a proof',
    received: received ?? reason,
    cause: error,
  })
}
