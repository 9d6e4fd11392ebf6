/** Revokes a key at once, for example after a leak: another key signs, and its tokens are rejected. */
import type { AsymmetricAlgorithm } from '../domain/algorithm.ts'
import { failOperation } from '../domain/operation-error.ts'
import type { Store } from '../store/open.ts'
import type { Tables } from '../store/tables.ts'
import { completeKeys, makeKey, type Sealing, stateOf } from './stored-key.ts'

/** `already_revoked`: nothing was changed. */
export interface KeyRevocation {
  readonly algorithm: AsymmetricAlgorithm
  readonly outcome: 'revoked' | 'already_revoked'
  /** The key that signs now. */
  readonly signs: string
}

const maxReasonLength = 200

/**
 * In one transaction: the key loses its private half, the next key signs in place of an active one although it may be young, and a new
 * next key is made. `reason` is for the operators.
 * @throws OperationError `invalid`, `unknown_key`; SealedKeysError @internal
 */
export async function revokeKey(store: Store, sealing: Sealing, keyId: string, reason: string): Promise<KeyRevocation> {
  requireReason(reason)
  const stored = await completeKeys(store, sealing)
  const key = stored.find((one) => one.keyId === keyId)
  if (!key) failOperation('keyId', 'is not the id of a key', 'unknown_key')
  const { algorithm } = key
  const now = Math.floor(sealing.now)
  // Before the transaction, so that the transaction is short.
  const made = await makeKey(algorithm, 'next', sealing)
  const isFirst = await store.transaction(async ({ signingKeys }) => {
    if (!(await signingKeys.revoke(keyId, reason, now))) return false
    await activateNext(signingKeys, algorithm, now)
    // Left out when the next key is still there.
    await signingKeys.insertMissing([made])
    return true
  })
  // Another process may have revoked the other key at the same time.
  const left = await completeKeys(store, sealing)
  const active = left.find((one) => one.algorithm === algorithm && stateOf(one) === 'active')
  return { algorithm, outcome: isFirst ? 'revoked' : 'already_revoked', signs: active?.keyId ?? '' }
}

/** Read after the revocation: another process may have rotated the keys before it. */
async function activateNext(
  signingKeys: Tables['signingKeys'],
  algorithm: AsymmetricAlgorithm,
  now: number,
): Promise<void> {
  const keys = (await signingKeys.list()).filter((key) => key.algorithm === algorithm)
  const next = keys.find((key) => stateOf(key) === 'next')
  if (next && !keys.some((key) => stateOf(key) === 'active')) await signingKeys.activate(next.keyId, now)
}

function requireReason(reason: string): void {
  const isText = typeof reason === 'string' && reason.trim() !== '' && !/[\p{Cc}\p{Cf}]/u.test(reason)
  if (isText && reason.length <= maxReasonLength) return
  failOperation('reason', `must be one line of 1 to ${maxReasonLength} characters`)
}
