/** Rotates keys: the active key retires, the next key signs, and a new next key is published. */
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { Store } from '../store/open.ts'
import type { NewKey, StoredKey } from '../store/signing-keys.ts'
import type { Tables } from '../store/tables.ts'
import { completeKeys, makeKey, type Sealing, stateOf } from './stored-key.ts'

/**
 * Seconds that a key is published before it signs: caches keep the JWKS for five minutes. Another process reads the database within a
 * second, one of an earlier version once a minute.
 */
const publishedBeforeUse = 600

/**
 * The same for an urgent rotation. An app that meets a key it does not know fetches the JWKS, but libraries do that once in 30 seconds at
 * most: an API that fetched it just before the key was made must be able to fetch it again when the key signs.
 */
const publishedBeforeUrgentUse = 35

/** Seconds. A key that was made further in the future than this is of a clock that was ahead, and does not count as young. */
const clockTolerance = 24 * 3600

/** Seconds that other processes may still sign with a retired key, because they have not loaded the change yet. */
const processLag = 120

/**
 * Seconds in which a second rotation counts as the same one. An operator needs longer to rotate again on purpose, but a process that
 * starts together with another one reads the keys just after they have changed.
 */
const sameRotation = 10

/** @internal */
export interface RotationRequest extends Sealing {
  /** Seconds that the longest-lived token of the deployment lives. */
  readonly lifetime: number
  /** Whether an active key is to be replaced. */
  readonly isDue: (active: StoredKey) => boolean
  /** Whether a next key that is not in all caches may sign, so that apps fetch the JWKS when they meet it. @default false */
  readonly isUrgent?: boolean
}

/** `already_rotated`: another process was first. `next_is_young`: the next key has not been published long enough. */
export interface Rotation {
  readonly algorithm: AsymmetricAlgorithm
  readonly outcome: 'rotated' | 'already_rotated' | 'next_is_young'
  /** When the other process activated the key that signs, if the stored keys show it. */
  readonly activatedAt?: number
}

/** Rotates the active keys that are due, each in its own transaction. @throws SealedKeysError @internal */
export async function rotateKeys(store: Store, request: RotationRequest): Promise<readonly Rotation[]> {
  const stored = await completeKeys(store, request)
  const due = stored.filter((key) => stateOf(key) === 'active' && request.isDue(key))
  return await Promise.all(due.map((active) => rotate(store, stored, active, request)))
}

async function rotate(
  store: Store,
  stored: readonly StoredKey[],
  active: StoredKey,
  request: RotationRequest,
): Promise<Rotation> {
  const { algorithm } = active
  const activatedAt = justRotatedAt(stored, active, request.now)
  if (activatedAt !== undefined) return { algorithm, outcome: 'already_rotated', activatedAt }
  const next = stored.find((key) => key.algorithm === algorithm && stateOf(key) === 'next')
  if (!next) throw new Error(`there is no next ${algorithm} key`)
  if (isYoung(next, stored, request)) return { algorithm, outcome: 'next_is_young' }
  // Before the transaction, so that the transaction is short.
  const made = await makeKey(algorithm, 'next', request)
  const isFirst = await replace(store, active, next, made, request)
  return { algorithm, outcome: isFirst ? 'rotated' : 'already_rotated' }
}

function isYoung(next: StoredKey, stored: readonly StoredKey[], { isUrgent = false, now }: RotationRequest): boolean {
  const isOfClockAhead = next.createdAt > now + clockTolerance
  if (isOfClockAhead) return false
  if (!isUrgent) return next.createdAt + publishedBeforeUse > now
  // The first two keys were published together: who knows the one knows the other.
  const isOfFirstTwo = stored.filter(({ algorithm }) => algorithm === next.algorithm).length === 2
  return !isOfFirstTwo && next.createdAt + publishedBeforeUrgentUse > now
}

/** When `active` replaced another key, if that was a moment ago. The very first key replaced none. */
function justRotatedAt(stored: readonly StoredKey[], active: StoredKey, now: number): number | undefined {
  const { algorithm, activatedAt } = active
  // The clock of the other process may be a little ahead.
  if (activatedAt === null || Math.abs(now - activatedAt) >= sameRotation) return undefined
  const isRotated = stored.some(
    (key) => key.algorithm === algorithm && key.retiredAt === activatedAt && stateOf(key) === 'retired',
  )
  return isRotated ? activatedAt : undefined
}

/** Returns whether `active` was still the active key. If two processes rotate at once, the second one changes nothing. */
function replace(
  store: Store,
  active: StoredKey,
  next: StoredKey,
  made: NewKey,
  { now, lifetime }: RotationRequest,
): Promise<boolean> {
  const retiredAt = Math.floor(now)
  return store.transaction(async ({ signingKeys }) => {
    if (!(await signingKeys.retire(active.keyId, retiredAt, retiredAt + lifetime + processLag))) return false
    if (!(await signingKeys.activate(next.keyId, retiredAt)))
      await activateOther(signingKeys, active.algorithm, retiredAt)
    await signingKeys.insertMissing([made])
    return true
  })
}

/** Another process has revoked the next key a moment ago, and made another one. */
async function activateOther(
  signingKeys: Tables['signingKeys'],
  algorithm: AsymmetricAlgorithm,
  now: number,
): Promise<void> {
  const keys = await signingKeys.list()
  const next = keys.find((key) => key.algorithm === algorithm && stateOf(key) === 'next')
  if (!next || !(await signingKeys.activate(next.keyId, now))) throw new Error(`there is no next ${algorithm} key`)
}
