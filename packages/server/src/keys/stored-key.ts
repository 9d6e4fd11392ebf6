/** Keys in the database: makes them, seals their private half under SECRET_KEY, and opens it. */
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import type { Random } from '../environment.ts'
import type { Store } from '../store/open.ts'
import type { NewKey, StoredKey } from '../store/signing-keys.ts'
import { seal, unseal } from './sealing.ts'

/**
 * `next`: published, does not sign yet. `active`: signs. `retired`: published until the last token that it signed has expired. `revoked`: its
 * tokens are rejected.
 */
export type KeyState = 'next' | 'active' | 'retired' | 'revoked'

/** What is needed to make and seal a key now. */
export interface Sealing {
  readonly secretKey: string
  readonly random: Random
  /** Seconds since the epoch. */
  readonly now: number
}

/** What is needed to open a private key. @internal */
export type SealedKey = Pick<StoredKey, 'keyId' | 'sealedPrivateKey'>

/** This SECRET_KEY does not open the keys in the database. */
export class SealedKeysError extends Error {
  constructor() {
    super(
      'SECRET_KEY does not open the signing keys in this database: they were made with another one. Set the former SECRET_KEY again.',
    )
    this.name = 'SealedKeysError'
  }
}

/** @internal */
export function stateOf(key: StoredKey): KeyState {
  if (key.revokedAt !== null) return 'revoked'
  if (key.retiredAt !== null) return 'retired'
  return key.activatedAt === null ? 'next' : 'active'
}

/** Whether it has a private key: it signs, now or later. @internal */
export function isInUse(key: StoredKey): boolean {
  return key.retiredAt === null
}

/**
 * Makes the missing active and next keys of each algorithm, and returns all stored keys.
 * @throws SealedKeysError
 * @internal
 */
export async function completeKeys(store: Store, sealing: Sealing): Promise<readonly StoredKey[]> {
  const stored = await store.signingKeys.list()
  // A SECRET_KEY that does not open the stored keys must not seal new ones.
  for (const key of stored) if (isInUse(key)) openPrivateKey(key, sealing.secretKey)
  const missing = asymmetricAlgorithms.flatMap((algorithm) =>
    (['active', 'next'] as const)
      .filter((state) => !stored.some((key) => key.algorithm === algorithm && stateOf(key) === state))
      .map((state) => ({ algorithm, state })),
  )
  if (missing.length === 0) return stored
  const made = await Promise.all(missing.map(({ algorithm, state }) => makeKey(algorithm, state, sealing)))
  await store.signingKeys.insertMissing(made)
  // Another process may have been first, so the stored keys count.
  return await store.signingKeys.list()
}

/** @internal */
export async function makeKey(
  algorithm: AsymmetricAlgorithm,
  state: 'next' | 'active',
  { secretKey, random, now }: Sealing,
): Promise<NewKey> {
  const { pair, jwk, keyId } = await makePair(algorithm)
  const createdAt = Math.floor(now)
  return {
    keyId,
    algorithm,
    publicJwk: JSON.stringify({ ...jwk, kid: keyId, alg: algorithm, use: 'sig' }),
    sealedPrivateKey: sealPrivateKey(keyId, await exportPKCS8(pair.privateKey), secretKey, random),
    createdAt,
    activatedAt: state === 'active' ? createdAt : null,
    retiredAt: null,
    expiresAt: null,
  }
}

/** The id is the thumbprint (RFC 7638). One in 64 begins with `-`, as a flag of a command does: then another key is made. */
async function makePair(algorithm: AsymmetricAlgorithm) {
  for (;;) {
    // RFC 7518 §3.3: an RSA key of 2048 bits or larger MUST be used.
    const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
    const jwk = await exportJWK(pair.publicKey)
    const keyId = await calculateJwkThumbprint(jwk)
    if (!keyId.startsWith('-')) return { pair, jwk, keyId }
  }
}

/** The private key in PKCS#8. @throws SealedKeysError @internal */
export function openPrivateKey(key: SealedKey, secretKey: string): string {
  const plain = unseal(secretKey, sealingPurpose(key.keyId), key.sealedPrivateKey)
  if (!plain) throw new SealedKeysError()
  return plain.toString('utf8')
}

/** `privateKey` is in PKCS#8. */
export function sealPrivateKey(keyId: string, privateKey: string, secretKey: string, random: Random): string {
  return seal(secretKey, sealingPurpose(keyId), new TextEncoder().encode(privateKey), random)
}

function sealingPurpose(keyId: string): string {
  return `signing key ${keyId}`
}
