/** Reads a DPoP proof (RFC 9449 §4.2, §4.3): a JWT that brings its own public key, and is signed with it for one request. */
import { calculateJwkThumbprint } from 'jose'
import { describeValue } from '../describe.ts'
import { requireTypeNamed } from '../jwt/header.ts'
import { decodeJsonPart, requireTokenText, splitToken, type TokenParts } from '../jwt/jwt.ts'
import { requireSignature } from '../jwt/signature.ts'
import { isJsonObject, type JsonObject, readMember } from '../jwt/strict-json.ts'
import { importJwk, readJwk } from '../keys/jwk.ts'
import type { FitKey } from '../keys/verification-key.ts'
import { TokenRejection } from '../token-rejection.ts'

/** A proof of which all but the signature was read. */
export interface Proof {
  readonly parts: TokenParts
  readonly claims: JsonObject
  readonly key: FitKey
  /** RFC 7638 §3.1, with SHA-256: what a token is bound to. */
  readonly thumbprint: string
}

/** An RSA key of 4096 bits, its signature and long URIs fit; ten million characters of `jti` do not. */
const longestProof = 8192

/** Reads the proof, and imports the key that it brings. Nothing it says is proven yet. */
export async function readProof(proof: string, algorithms: readonly string[]): Promise<Proof> {
  try {
    requireTokenText(proof, longestProof)
    const parts = splitToken(proof)
    const header = decodeJsonPart(parts.header, 'header_invalid')
    const { key, thumbprint } = await readHeader(header, algorithms)
    return { parts, claims: decodeJsonPart(parts.payload, 'payload_invalid'), key, thumbprint }
  } catch (error) {
    throw toRefused(error)
  }
}

/** Refuses a proof that its own key did not sign. */
export async function requireProofSignature({ parts, key }: Proof): Promise<void> {
  try {
    await requireSignature(parts, key)
  } catch (error) {
    throw toRefused(error)
  }
}

async function readHeader(
  header: JsonObject,
  algorithms: readonly string[],
): Promise<Pick<Proof, 'key' | 'thumbprint'>> {
  // RFC 9449 §4.3: typ is dpop+jwt.
  requireTypeNamed(header, 'dpop+jwt')
  // RFC 7515 §4.1.11: extensions that are not understood MUST be refused; none is. Other members are ignored (RFC 9449 §4.2).
  if (Object.hasOwn(header, 'crit'))
    throw new TokenRejection('proof_invalid', { expected: 'no crit', received: 'crit' })
  const algorithm = readMember(header, 'alg')
  // RFC 9449 §4.3: a registered asymmetric algorithm that is acceptable here, not none.
  if (typeof algorithm !== 'string' || !algorithms.includes(algorithm)) {
    throw new TokenRejection('proof_invalid', {
      expected: `alg ${algorithms.join(', ')}`,
      received: describeValue(algorithm),
    })
  }
  return await readProofKey(readMember(header, 'jwk'), algorithm)
}

async function readProofKey(jwk: unknown, algorithm: string): Promise<Pick<Proof, 'key' | 'thumbprint'>> {
  if (!isJsonObject(jwk)) throw new TokenRejection('proof_invalid', { expected: 'jwk', received: describeValue(jwk) })
  // RFC 9449 §4.3: jwk is a public key, and holds no private one. What it is used with, alg of the header says.
  const reading = readJwk({ ...jwk, alg: algorithm })
  if (!reading.ok)
    throw new TokenRejection('proof_invalid', { expected: `a public jwk for ${algorithm}`, received: reading.fault })
  const key = await importJwk(reading.jwk)
  if (key === undefined)
    throw new TokenRejection('proof_invalid', { expected: 'a jwk', received: 'members that are no key' })
  return { key, thumbprint: await calculateJwkThumbprint({ ...reading.jwk.members }, 'sha256') }
}

/** Whatever is wrong with a proof was sent by the client: its key as well. */
function toRefused(error: unknown): unknown {
  if (!(error instanceof TokenRejection)) return error
  const { expected, received, reason } = error
  return new TokenRejection('proof_invalid', {
    expected: expected ?? 'a proof',
    received: received ?? reason,
    cause: error,
  })
}
