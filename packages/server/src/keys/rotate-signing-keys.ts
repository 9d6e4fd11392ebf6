/** The rotation of signing keys by an operator. */
import type { Config } from '../config/options.ts'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../domain/algorithm.ts'
import { failOperation } from '../domain/operation-error.ts'
import type { Clock, Random } from '../environment.ts'
import type { Store } from '../store/open.ts'
import { maxTokenLifetime } from '../tokens/lifetime.ts'
import { type Rotation, rotateKeys } from './rotate.ts'

export interface KeyRotationOptions {
  /** @default all */
  readonly algorithms?: readonly AsymmetricAlgorithm[]
  /** Whether the next key signs now although caches may not have it: then apps fetch the key set when they meet it. @default false */
  readonly isUrgent?: boolean
}

/** @internal */
export interface KeyRotationContext {
  readonly config: Config
  readonly store: Store
  readonly random: Random
  readonly now: Clock
}

/** @throws OperationError `invalid`, SealedKeysError @internal */
export async function rotateSigningKeys(
  { config, store, random, now }: KeyRotationContext,
  { algorithms = asymmetricAlgorithms, isUrgent = false }: KeyRotationOptions = {},
): Promise<readonly Rotation[]> {
  const isKnown = Array.isArray(algorithms) && [...algorithms].every((one) => asymmetricAlgorithms.includes(one))
  if (!isKnown) failOperation('algorithms', `must be a list of ${asymmetricAlgorithms.join(', ')}`)
  if (typeof isUrgent !== 'boolean') failOperation('isUrgent', 'must be true or false')
  return await rotateKeys(store, {
    secretKey: config.secretKey,
    random,
    now: now(),
    lifetime: maxTokenLifetime(config),
    isDue: ({ algorithm }) => algorithms.includes(algorithm),
    isUrgent,
  })
}
