/** The keys of an embedded server that sign tokens: the same operations as those of `countersign keys`. */
import type { Context } from '../context.ts'
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { Run } from '../http/running.ts'
import { type KeyRevocation, revokeKey } from '../keys/revoke.ts'
import type { Rotation } from '../keys/rotate.ts'
import { type KeyRotationOptions, rotateSigningKeys } from '../keys/rotate-signing-keys.ts'
import { type KeyState, stateOf } from '../keys/stored-key.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { requireOptions } from './require-options.ts'

/** A key without its private half. Times are seconds since the epoch. */
export interface SigningKeyInfo {
  /** The `kid` of its tokens. */
  readonly keyId: string
  readonly algorithm: AsymmetricAlgorithm
  /** `next`: published, signs after the next rotation. `active`: signs. `retired`: verifies until its last token has expired. `revoked`: neither. */
  readonly state: KeyState
  readonly createdAt: number
  readonly activatedAt: number | null
  readonly retiredAt: number | null
  /** When it is no longer published. `null` until it is retired. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly revocationReason: string | null
}

export interface KeyRevocationOptions {
  /** For the operators, in the list of keys: one line of at most 200 characters. */
  readonly reason: string
}

export interface KeyOperations {
  readonly list: () => Promise<readonly SigningKeyInfo[]>
  /**
   * The active key retires, the next key signs, and a new next key is published. Other processes follow within a second. An outcome of
   * `next_is_young` means that caches may not have the next key, so nothing was rotated: wait 10 minutes, or set `isUrgent` and
   * wait 35 seconds at most.
   * @throws OperationError `invalid`; SealedKeysError when the secret key does not open the keys
   */
  readonly rotate: (options?: KeyRotationOptions) => Promise<readonly Rotation[]>
  /**
   * For a private key that has leaked. The key is no longer published, another one signs, and its tokens are rejected: here at once, by other
   * processes within a second, and by APIs that read the revocation feed. Users log in again where clients have nothing but its tokens.
   * @throws OperationError `unknown_key`, `invalid`; SealedKeysError when the secret key does not open the keys
   */
  readonly revoke: (keyId: string, options: KeyRevocationOptions) => Promise<KeyRevocation>
}

/** @internal */
export function keyOperations(ctx: Context, run: Run): KeyOperations {
  return {
    list: () => run(async () => (await ctx.store.signingKeys.list()).map(toInfo)),
    rotate: (options = {}) =>
      run(async () => {
        requireOptions(options, ['algorithms', 'isUrgent'])
        const rotations = await rotateSigningKeys(ctx, options)
        await ctx.keys.reload()
        return rotations
      }),
    revoke: (keyId, options) =>
      run(async () => {
        requireOptions(options, ['reason'])
        const sealing = { secretKey: ctx.config.secretKey, random: ctx.random, now: ctx.now() }
        const revocation = await revokeKey(ctx.store, sealing, keyId, options.reason)
        await ctx.keys.reload()
        return revocation
      }),
  }
}

function toInfo(key: StoredKey): SigningKeyInfo {
  const { publicJwk: _jwk, sealedPrivateKey: _sealed, ...info } = key
  return { ...info, state: stateOf(key) }
}
