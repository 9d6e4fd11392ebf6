/** The keys of an embedded server that sign tokens: the same operations as those of `countersign keys`. */
import { didYouMean } from '../config/did-you-mean.ts'
import type { Context } from '../context.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import { type Rotation, rotateKeys } from '../keys/rotate.ts'
import { type KeyState, stateOf } from '../keys/stored-key.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { maxTokenLifetime } from '../tokens/lifetime.ts'

/** A key without its private half. Times are seconds since the epoch. */
export interface SigningKeyInfo {
  /** The `kid` of its tokens. */
  readonly keyId: string
  readonly algorithm: AsymmetricAlgorithm
  /** `next`: published, signs after the next rotation. `active`: signs. `retired`: verifies until its last token has expired. */
  readonly state: KeyState
  readonly createdAt: number
  readonly activatedAt: number | null
  readonly retiredAt: number | null
  /** When it is no longer published. `null` until it is retired. */
  readonly expiresAt: number | null
}

export interface KeyRotationOptions {
  /** @default all */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  /** Whether the next key signs now although caches may not have it, for example after a leak. @default false */
  readonly isUrgent?: boolean
}

export interface KeyOperations {
  readonly list: () => Promise<readonly SigningKeyInfo[]>
  /**
   * The active key retires, the next key signs, and a new next key is published. Other processes follow within a minute. An outcome of
   * `next_is_young` means that caches may not have the next key, so nothing was rotated: wait 10 minutes, or set `isUrgent`.
   * @throws TypeError when an algorithm is unknown; SealedKeysError when the secret key does not open the keys
   */
  readonly rotate: (options?: KeyRotationOptions) => Promise<readonly Rotation[]>
}

const optionNames: readonly (keyof KeyRotationOptions)[] = ['algorithms', 'isUrgent']

/** @internal */
export function keyOperations({ config, store, keys, random, now }: Context): KeyOperations {
  return {
    list: async () => (await store.signingKeys.list()).map(toInfo),
    rotate: async ({ algorithms = asymmetricAlgorithms, isUrgent = false, ...others } = {}) => {
      const [misspelt] = Object.keys(others)
      if (misspelt !== undefined)
        throw new TypeError(`${misspelt} is not an option${didYouMean(misspelt, optionNames)}`)
      const unknown = algorithms.filter((algorithm) => !asymmetricAlgorithms.includes(algorithm))
      if (unknown.length > 0) throw new TypeError(`algorithms must be of ${asymmetricAlgorithms.join(', ')}`)
      const rotations = await rotateKeys(store, {
        secretKey: config.secretKey,
        random,
        now: now(),
        lifetime: maxTokenLifetime(config),
        isDue: ({ algorithm }) => algorithms.includes(algorithm),
        isUrgent,
      })
      await keys.reload()
      return rotations
    },
  }
}

function toInfo(key: StoredKey): SigningKeyInfo {
  const { keyId, algorithm, createdAt, activatedAt, retiredAt, expiresAt } = key
  return { keyId, algorithm, state: stateOf(key), createdAt, activatedAt, retiredAt, expiresAt }
}
