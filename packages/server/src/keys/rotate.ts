/** Rotates keys: the active one retires, the next one signs, and a new next one is published. */
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import type { Store } from '../store/open.ts'
import type { StoredKey } from '../store/signing-keys.ts'
import { completeKeys, makeKey, type Sealing, stateOf } from './stored-key.ts'

/**
 * Seconds that a key is published before it signs: caches keep the JWKS for five minutes, and another process reads the
 * database once a minute.
 */
const publishedBeforeUse = 600

/** Seconds that other processes may go on signing with a key, not knowing yet that it has retired. */
const processLag = 120

/**
 * Seconds in which a further rotation is the same one, asked for twice: an operator reads the answer before asking again, while
 * a second process that starts along with the first reads the keys a moment after they changed.
 */
const sameRotation = 10

export interface RotationRequest extends Sealing {
  /** Seconds that the longest-lived token of the deployment lives. */
  readonly lifetime: number
  /** Which of the active keys are to be replaced. */
  readonly isDue: (active: StoredKey) => boolean
  /** Whether a next key may sign that caches do not hold yet, as after a leak. @default false */
  readonly isUrgent?: boolean
}

/** `already_rotated`: another process was first. `next_is_young`: the next key was not published long enough. */
export interface Rotation {
  readonly algorithm: AsymmetricAlgorithm
  readonly outcome: 'rotated' | 'already_rotated' | 'next_is_young'
  /** When the other process activated the key that signs, where that was known before anything was tried. */
  readonly activatedAt?: number
}

/** Rotates the active keys that are due, each in a transaction of its own. @throws SealedKeysError */
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
  if (!request.isUrgent && next.createdAt + publishedBeforeUse > request.now) {
    return { algorithm, outcome: 'next_is_young' }
  }
  // Made before the transaction, which stays short.
  const made = await makeKey(algorithm, 'next', request)
  const isFirst = await replace(store, active, next, made, request)
  return { algorithm, outcome: isFirst ? 'rotated' : 'already_rotated' }
}

/** When `active` took over from another key, if that was a moment ago; the first key of all took over from none. */
function justRotatedAt(stored: readonly StoredKey[], active: StoredKey, now: number): number | undefined {
  const { algorithm, activatedAt } = active
  // The other process may run on a machine whose clock is a little ahead.
  if (activatedAt === null || Math.abs(now - activatedAt) >= sameRotation) return undefined
  const isRotated = stored.some((key) => key.algorithm === algorithm && key.retiredAt === activatedAt)
  return isRotated ? activatedAt : undefined
}

/** Whether `active` was still the active key: of two processes that rotate at once, the second changes nothing. */
function replace(
  store: Store,
  active: StoredKey,
  next: StoredKey,
  made: StoredKey,
  { now, lifetime }: RotationRequest,
): Promise<boolean> {
  const retiredAt = Math.floor(now)
  return store.transaction(async ({ signingKeys }) => {
    if (!(await signingKeys.retire(active.keyId, retiredAt, retiredAt + lifetime + processLag))) return false
    if (!(await signingKeys.activate(next.keyId, retiredAt))) throw new Error('the next key was taken away')
    await signingKeys.insertMissing([made])
    return true
  })
}
