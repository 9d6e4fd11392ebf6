/** The keys that sign and verify this deployment's tokens. */
import type { VerificationKey } from '@countersign/guard'
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8, type JWK } from 'jose'
import type { Config } from '../options.ts'
import type { Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import type { Random } from '../world.ts'
import { seal, unseal } from './sealing.ts'

export type AsymmetricAlgorithm = 'ES256' | 'RS256' | 'EdDSA'

export interface KeyRing {
  /** What signs new tokens. */
  readonly signing: {
    readonly algorithm: 'HS256' | AsymmetricAlgorithm
    readonly keyId?: string
    readonly key: CryptoKey
  }
  /** What tokens may be signed with. */
  readonly verification: readonly VerificationKey[]
  /** The public keys, as published (RFC 7517 §5); none under HS256. */
  readonly jwks: { readonly keys: readonly JWK[] }
}

/** The database's keys do not open with this SECRET_KEY. */
export class SealedKeysError extends Error {
  constructor() {
    super(
      "SECRET_KEY does not open this database's signing keys: it is not the one they were made with. Set the former SECRET_KEY again.",
    )
    this.name = 'SealedKeysError'
  }
}

/** Loads the keys, making what is missing. @throws SealedKeysError */
export async function openKeyRing(config: Config, store: Store, random: Random, now: number): Promise<KeyRing> {
  if (config.algorithm === 'HS256') return sharedSecretRing(config)

  let stored = await store.signingKeys.list()
  if (!stored.some((key) => isActive(key, config.algorithm))) {
    await store.signingKeys.insertIfNone(await makeKey(config.algorithm, config.secretKey, random, now))
    // Another process may have been first: what counts is what is stored.
    stored = await store.signingKeys.list()
  }
  const active = stored.find((key) => isActive(key, config.algorithm))
  if (!active) throw new Error('no active signing key was stored')

  const jwks: JWK[] = stored.map((key) => JSON.parse(key.public_jwk))
  return {
    signing: {
      algorithm: config.algorithm,
      keyId: active.key_id,
      key: await importPKCS8(openPrivateKey(active, config.secretKey), active.algorithm),
    },
    verification: await Promise.all(jwks.map(verificationKey)),
    jwks: { keys: jwks },
  }
}

function isActive(key: StoredKey, algorithm: string): boolean {
  return key.algorithm === algorithm && key.retired_at === null
}

/** The tutorial's way: one secret signs and verifies (RFC 7518 §3.2), so nothing may be published. */
async function sharedSecretRing({ secretKey, unsafeWeakSecretKey }: Config): Promise<KeyRing> {
  const key = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(secretKey),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign', 'verify'],
  )
  return {
    signing: { algorithm: 'HS256', key },
    verification: [{ algorithm: 'HS256', key, unsafeShortSecret: unsafeWeakSecretKey }],
    jwks: { keys: [] },
  }
}

async function makeKey(
  algorithm: AsymmetricAlgorithm,
  secretKey: string,
  random: Random,
  now: number,
): Promise<StoredKey> {
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
  const jwk = await exportJWK(pair.publicKey)
  const keyId = await calculateJwkThumbprint(jwk)
  const privateKey = new TextEncoder().encode(await exportPKCS8(pair.privateKey))
  return {
    key_id: keyId,
    algorithm,
    public_jwk: JSON.stringify({ ...jwk, kid: keyId, alg: algorithm, use: 'sig' }),
    sealed_private_key: seal(secretKey, sealingPurpose(keyId), privateKey, random),
    created_at: Math.floor(now),
    retired_at: null,
  }
}

function openPrivateKey(key: StoredKey, secretKey: string): string {
  const plain = unseal(secretKey, sealingPurpose(key.key_id), key.sealed_private_key)
  if (!plain) throw new SealedKeysError()
  return plain.toString('utf8')
}

function sealingPurpose(keyId: string): string {
  return `signing key ${keyId}`
}

async function verificationKey(jwk: JWK): Promise<VerificationKey> {
  const key = await importJWK(jwk)
  if (key instanceof Uint8Array || jwk.kid === undefined || !isAsymmetric(jwk.alg)) {
    throw new Error('a stored signing key is not a public key with kid and alg')
  }
  return { keyId: jwk.kid, algorithm: jwk.alg, key }
}

function isAsymmetric(algorithm: string | undefined): algorithm is AsymmetricAlgorithm {
  return algorithm === 'ES256' || algorithm === 'RS256' || algorithm === 'EdDSA'
}
