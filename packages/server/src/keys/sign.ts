/**
 * Signs claims as a compact JWS (RFC 7515 §3.1). No other file makes signatures. With `node:crypto`, not jose: see
 * docs/decisions/0010-tokens-are-signed-with-node-crypto.md.
 */
import { createHmac, type KeyObject, sign as signBytes } from 'node:crypto'
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'

/** A private key, or the shared secret under HS256, with its only algorithm. */
export interface SigningKey {
  readonly algorithm: 'HS256' | AsymmetricAlgorithm
  /** The `kid` in the header (RFC 7515 §4.1.4). */
  readonly keyId?: string
  readonly key: KeyObject
}

/** `type` is the header's `typ`. */
export async function sign(key: SigningKey, type: string, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const header = { alg: key.algorithm, typ: type, ...(key.keyId !== undefined && { kid: key.keyId }) }
  const input = `${encode(header)}.${encode(claims)}`
  const signature = await signatureOf(key, Buffer.from(input))
  return `${input}.${signature.toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

function signatureOf({ algorithm, key }: SigningKey, input: Buffer): Buffer | Promise<Buffer> {
  switch (algorithm) {
    case 'HS256':
      return createHmac('sha256', key).update(input).digest()
    case 'ES256':
      // RFC 7518 §3.4: R and S with 32 bytes each, not the ASN.1 form.
      return signBytes('sha256', input, { key, dsaEncoding: 'ieee-p1363' })
    case 'EdDSA':
      return signBytes(null, input, key)
    case 'RS256':
      return signInThreadPool(key, input)
  }
}

/** An RSA signature takes ten times as long as the others, so it is made outside of the event loop. */
function signInThreadPool(key: KeyObject, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    signBytes('sha256', input, key, (error, signature) => (error ? reject(error) : resolve(signature)))
  })
}
