/** Tokens made by hand: any text may stand for the header, the claims and the signature, so that what no library would sign can be tried. */
import { constants, createHmac, KeyObject, sign, webcrypto } from 'node:crypto'
import type { Algorithm, VerificationKey } from '../../src/jwt/verifier.ts'

/** The time at which the tests happen, in seconds since the epoch. */
export const testTime = 1_800_000_000
export const issuer = 'https://auth.example'
export const audience = 'https://api.example'

/** Claims that pass every check of both kinds of verifier. */
export const validClaims: Readonly<Record<string, unknown>> = {
  iss: issuer,
  aud: audience,
  sub: 'tim',
  client_id: 'app',
  iat: testTime,
  exp: testTime + 600,
  jti: 'token-1',
  scope: 'me items',
}

/** Signs text; knows the verifier's half of its key. */
export interface Signer {
  readonly algorithm: Algorithm
  readonly verification: VerificationKey
  readonly sign: (input: string) => Buffer
}

/** A signer whose two keys can be used in other ways than it does. */
export interface PairSigner extends Signer {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

type GeneratedAlgorithm = webcrypto.RsaHashedKeyGenParams | webcrypto.EcKeyGenParams | { name: 'Ed25519' }

const rsa = { modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }

const generation: Readonly<Record<Exclude<Algorithm, 'HS256'>, GeneratedAlgorithm>> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521' },
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', ...rsa },
  RS384: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-384', ...rsa },
  RS512: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-512', ...rsa },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256', ...rsa },
  PS384: { name: 'RSA-PSS', hash: 'SHA-384', ...rsa },
  PS512: { name: 'RSA-PSS', hash: 'SHA-512', ...rsa },
  EdDSA: { name: 'Ed25519' },
  Ed25519: { name: 'Ed25519' },
}

/** A pair of Web Crypto keys. */
export async function generatePair(parameters: GeneratedAlgorithm): Promise<webcrypto.CryptoKeyPair> {
  const pair = await webcrypto.subtle.generateKey(parameters, true, ['sign', 'verify'])
  if (!('publicKey' in pair)) throw new Error('not an asymmetric algorithm')
  return pair
}

/** Imports a secret for HMAC with SHA-256. */
export async function importSecret(secret: Uint8Array<ArrayBuffer>): Promise<webcrypto.CryptoKey> {
  return await webcrypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** A signer with a fresh key; without `keyId` the verifier's key has none. */
export async function makeSigner(algorithm: Algorithm, keyId?: string): Promise<Signer> {
  if (algorithm !== 'HS256') return await makePairSigner(algorithm, keyId)
  const secret = webcrypto.getRandomValues(Buffer.alloc(32))
  const key = await importSecret(secret)
  return { algorithm, verification: verificationKey(algorithm, key, keyId), sign: (input) => hmac(secret, input) }
}

/** A signer with a fresh pair of keys. */
export async function makePairSigner(algorithm: Exclude<Algorithm, 'HS256'>, keyId?: string): Promise<PairSigner> {
  const pair = await generatePair(generation[algorithm])
  const privateKey = KeyObject.from(pair.privateKey)
  const digest = generation[algorithm].name === 'Ed25519' ? null : `sha${algorithm.slice(2)}`
  const padding = algorithm.startsWith('PS') ? constants.RSA_PKCS1_PSS_PADDING : undefined
  const options = {
    dsaEncoding: 'ieee-p1363',
    ...(padding && { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  } as const
  return {
    algorithm,
    verification: verificationKey(algorithm, pair.publicKey, keyId),
    sign: (input) => sign(digest, Buffer.from(input), { key: privateKey, ...options }),
    publicKey: KeyObject.from(pair.publicKey),
    privateKey,
  }
}

function verificationKey(algorithm: Algorithm, key: webcrypto.CryptoKey, keyId: string | undefined): VerificationKey {
  return keyId === undefined ? { algorithm, key } : { keyId, algorithm, key }
}

/** HMAC with SHA-256 under any bytes at all. */
export function hmac(secret: string | Uint8Array, input: string): Buffer {
  return createHmac('sha256', secret).update(input).digest()
}

/** Base64url without padding, of text or bytes. */
export function encode(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64url')
}

/** Encodes and signs what is given, whatever it is. */
export function craftParts(header: string, payload: string, signInput: (input: string) => Uint8Array): string {
  const input = `${header}.${payload}`
  return `${input}.${encode(signInput(input))}`
}

/** The header of a good token of that signer. */
export function headerOf(signer: Signer, type = 'at+jwt'): Record<string, unknown> {
  const { keyId } = signer.verification
  return { alg: signer.algorithm, typ: type, ...(keyId === undefined ? {} : { kid: keyId }) }
}

/** What differs from a good token. Texts are taken as they are, objects are written as JSON. */
export interface Differences {
  readonly header?: string | Uint8Array | Readonly<Record<string, unknown>>
  readonly claims?: string | Uint8Array | Readonly<Record<string, unknown>>
}

/** A signed token: good but for the differences. Objects are laid over the good values; `undefined` removes a member. */
export function craft(signer: Signer, differences: Differences = {}): string {
  const header = overlay(headerOf(signer), differences.header)
  const claims = overlay(validClaims, differences.claims)
  return craftParts(encode(header), encode(claims), signer.sign)
}

/** A good token of which one claim is written as the given JSON text, such as `1e400`. */
export function craftClaim(signer: Signer, name: string, json: string): string {
  const rest = JSON.stringify({ ...validClaims, [name]: undefined })
  return craft(signer, { claims: `{${JSON.stringify(name)}:${json},${rest.slice(1)}` })
}

function overlay(base: object, difference: Differences['header']): string | Uint8Array {
  if (typeof difference === 'string' || difference instanceof Uint8Array) return difference
  return JSON.stringify({ ...base, ...difference })
}
