/** A key as it lies in the database: made, its private half sealed under SECRET_KEY, opened again. */
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import type { Random } from '../environment.ts'
import type { Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { seal, unseal } from './sealing.ts'

/** `next`: published, signs nothing yet. `active`: signs. `retired`: published until the last token it signed has expired. */
export type KeyState = 'next' | 'active' | 'retired'

/** What seals a key that is made now. */
export interface Sealing {
  readonly secretKey: string
  readonly random: Random
  /** Seconds since the epoch. */
  readonly now: number
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

export function stateOf(key: StoredKey): KeyState {
  if (key.retiredAt !== null) return 'retired'
  return key.activatedAt === null ? 'next' : 'active'
}

/**
 * Makes the active and the next key of each algorithm that has none, and answers all keys that are stored then.
 * @throws SealedKeysError
 */
export async function completeKeys(store: Store, sealing: Sealing): Promise<readonly StoredKey[]> {
  const stored = await store.signingKeys.list()
  // Nothing is sealed under a SECRET_KEY that does not open what is there.
  for (const key of stored) if (stateOf(key) !== 'retired') openPrivateKey(key, sealing.secretKey)
  const missing = asymmetricAlgorithms.flatMap((algorithm) =>
    (['active', 'next'] as const)
      .filter((state) => !stored.some((key) => key.algorithm === algorithm && stateOf(key) === state))
      .map((state) => ({ algorithm, state })),
  )
  if (missing.length === 0) return stored
  const made = await Promise.all(missing.map(({ algorithm, state }) => makeKey(algorithm, state, sealing)))
  await store.signingKeys.insertMissing(made)
  // Another process may have been first: what counts is what is stored.
  return await store.signingKeys.list()
}

export async function makeKey(
  algorithm: AsymmetricAlgorithm,
  state: 'next' | 'active',
  { secretKey, random, now }: Sealing,
): Promise<StoredKey> {
  // RFC 7518 §3.3: an RSA key of 2048 bits or larger MUST be used.
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })
  const jwk = await exportJWK(pair.publicKey)
  const keyId = await calculateJwkThumbprint(jwk)
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

/** The private key in PKCS#8. @throws SealedKeysError */
export function openPrivateKey(key: StoredKey, secretKey: string): string {
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
