/** The keys that sign and verify this deployment's tokens, in the memory of this process. */
import { createPrivateKey, createSecretKey } from 'node:crypto'
import type { VerificationKey } from '@countersign/guard/verifier'
import { createLocalJWKSet, importJWK, type JWK } from 'jose'
import { countersign } from '../config/called-as.ts'
import type { Config } from '../config/options.ts'
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { Clock, Random } from '../environment.ts'
import { StoreError } from '../store/errors.ts'
import { KeysUnusable } from '../store/keys-unusable.ts'
import type { Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { areUnusable, createKeyReads } from './key-reads.ts'
import type { SigningKey } from './sign.ts'
import { completeKeys, isInUse, openPrivateKey, SealedKeysError, stateOf } from './stored-key.ts'

export interface KeyRing {
  /** The key that signs new tokens. There is one for HS256 only in a deployment with that algorithm. */
  readonly signingKey: (algorithm: 'HS256' | AsymmetricAlgorithm) => SigningKey
  /** The keys that may sign access tokens: under HS256 only the shared secret, otherwise every published key. */
  readonly verification: () => readonly VerificationKey[]
  /** The public keys, as published (RFC 7517 §5): next, active, and retired ones until their last token has expired. */
  readonly jwks: () => { readonly keys: readonly JWK[] }
  /** Finds the key of an ID token that is sent as a hint: a published key, or one that was published within the lifetime of a session. */
  readonly hintKeys: () => HintKeys
  /** In seconds since the epoch: tokens from before are rejected, because the database was restored from a backup then. 0: it never was. */
  readonly tokensValidFrom: () => number
  /** Loads the keys that this or another process has rotated or revoked. @throws KeysUnusable */
  readonly reload: () => Promise<void>
  /**
   * The same, unless they were loaded within the last second; `undefined` when there is nothing to wait for. Call it before a key signs or
   * verifies: a key that another process has revoked does neither for longer than that. @throws DatabaseIsOther, KeysUnusable
   */
  readonly refresh: () => Promise<void> | undefined
  /** The same at every call, for the key set. Whatever the database has, the last keys that could be used stay. */
  readonly refreshNow: () => Promise<void> | undefined
  /** `listener` is called after each reload that changed something. */
  readonly onReload: (listener: () => void) => void
}

/** Seconds that keys are used without a look at the database. */
const maxAge = 1

/** The function of `jose` that finds a token's key. It imports each key once. */
type HintKeys = ReturnType<typeof createLocalJWKSet>

/** The keys of one read of the database. They are replaced together. */
interface LoadedKeys {
  /** Each key's id and state, and the time of the last restore. */
  readonly fingerprint: string
  readonly signing: ReadonlyMap<string, SigningKey>
  readonly verification: readonly VerificationKey[]
  readonly jwks: { readonly keys: readonly JWK[] }
  readonly hintKeys: HintKeys
  readonly tokensValidFrom: number
}

/** Loads the keys, and makes missing ones. @throws SealedKeysError, StoreError when a public key cannot be read */
export async function openKeyRing(config: Config, store: Store, random: Random, now: Clock): Promise<KeyRing> {
  const { secretKey } = config
  const shared = config.algorithm === 'HS256' ? await sharedSecret(config) : undefined
  const stored = await completeKeys(store, { secretKey, random, now: now() })
  let loaded = await loadKeys(stored, await store.restores.tokensValidFrom(), now(), secretKey)
  const sharedVerification = shared && [shared.verification]
  const listeners: (() => void)[] = []
  const reads = createKeyReads(async () => {
    const keys = await store.signingKeys.list()
    // A deployment always has keys. Without this, the key set would be empty, and every API would reject every token.
    if (keys.length === 0) throw new KeysUnusable('the database has no signing key')
    const tokensValidFrom = await store.restores.tokensValidFrom()
    if (fingerprint(keys, tokensValidFrom, now()) === loaded.fingerprint) return
    loaded = await loadKeys(keys, tokensValidFrom, now(), secretKey).catch(failUnusable)
    for (const listener of listeners) listener()
  }, now)

  return {
    signingKey: (algorithm) => {
      const key = algorithm === 'HS256' ? shared?.signing : loaded.signing.get(algorithm)
      if (!key) throw new Error(`this deployment has no ${algorithm} key`)
      return key
    },
    verification: () => sharedVerification ?? loaded.verification,
    jwks: () => loaded.jwks,
    hintKeys: () => loaded.hintKeys,
    tokensValidFrom: () => loaded.tokensValidFrom,
    reload: reads.readNow,
    refresh: () => reads.readIfOlder(maxAge),
    refreshNow: () => reads.readIfOlder(0)?.catch(requireUnusable),
    onReload: (listener) => {
      listeners.push(listener)
    },
  }
}

function requireUnusable(error: unknown): void {
  if (!areUnusable(error)) throw error
}

function failUnusable(cause: unknown): never {
  if (cause instanceof SealedKeysError || cause instanceof StoreError) throw new KeysUnusable(cause.message, { cause })
  throw cause
}

function isPublished(key: StoredKey, now: number): boolean {
  return isInUse(key) || (key.revokedAt === null && (key.expiresAt ?? 0) > now)
}

function fingerprint(keys: readonly StoredKey[], tokensValidFrom: number, now: number): string {
  const states = keys.map((key) => `${key.keyId} ${stateOf(key)} ${isPublished(key, now)}`)
  return [tokensValidFrom, ...states].join('\n')
}

async function loadKeys(
  keys: readonly StoredKey[],
  tokensValidFrom: number,
  now: number,
  secretKey: string,
): Promise<LoadedKeys> {
  const active = keys.filter((key) => stateOf(key) === 'active')
  const published = keys.filter((key) => isPublished(key, now))
  return {
    fingerprint: fingerprint(keys, tokensValidFrom, now),
    tokensValidFrom,
    signing: new Map(active.map((key) => [key.algorithm, signingKey(key, secretKey)])),
    verification: await Promise.all(published.map(verificationKey)),
    jwks: { keys: published.map(publicJwk) },
    hintKeys: createLocalJWKSet({ keys: keys.filter(({ revokedAt }) => revokedAt === null).map(publicJwk) }),
  }
}

function signingKey(key: StoredKey, secretKey: string): SigningKey {
  return {
    algorithm: key.algorithm,
    keyId: key.keyId,
    key: createPrivateKey(openPrivateKey(key, secretKey)),
  }
}

async function verificationKey(stored: StoredKey): Promise<VerificationKey> {
  const { keyId, algorithm } = stored
  const key = await importJWK(publicJwk(stored), algorithm).catch((cause) => failDamaged(stored, cause))
  if (key instanceof Uint8Array) failDamaged(stored)
  return { keyId, algorithm, key }
}

function publicJwk(key: StoredKey): JWK {
  try {
    return JSON.parse(key.publicJwk)
  } catch (cause) {
    return failDamaged(key, cause)
  }
}

function failDamaged({ keyId, algorithm }: StoredKey, cause?: unknown): never {
  const problem = `The signing key ${keyId} in this database is damaged: its public key cannot be read for ${algorithm}.`
  const fix = `Restore a backup, or run: ${countersign} keys revoke --reason damaged -- ${keyId}`
  throw new StoreError('corrupt', `${problem} ${fix}`, { cause })
}

/** As in the tutorial, one secret signs and verifies (RFC 7518 §3.2), so it is never published. */
async function sharedSecret({ secretKey, unsafeWeakSecretKey }: Config): Promise<{
  readonly signing: SigningKey
  readonly verification: VerificationKey
}> {
  const bytes = new TextEncoder().encode(secretKey)
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
  return {
    signing: { algorithm: 'HS256', key: createSecretKey(bytes) },
    verification: { algorithm: 'HS256', key, unsafeShortSecret: unsafeWeakSecretKey },
  }
}
