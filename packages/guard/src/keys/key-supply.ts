/** Where the keys of a guard come from: given with its settings, or fetched from the issuer and renewed. */
import { Refused } from '../refused.ts'
import { TokenRejected } from '../rejection.ts'
import type { VerificationKey } from './verification-key.ts'

type Keys = readonly VerificationKey[]

export interface KeySupply {
  /** The keys at hand, or a promise of the first ones. The same array until they change. Rejects with `Refused`. */
  readonly get: () => Keys | Promise<Keys>
  /**
   * The keys to try once more with, if there are others than those that a token was refused with, and its key was not among
   * them. Rejects only if `get` did.
   */
  readonly renewFor: (error: unknown, refusedWith: Keys) => Promise<Keys | undefined>
}

/** Keys that never change, imported when first asked for. */
export function supplyGiven(importKeys: () => Promise<Keys>): KeySupply {
  let imported: Keys | undefined
  let importing: Promise<Keys> | undefined

  async function load(): Promise<Keys> {
    const keys = await importKeys()
    if (keys.length === 0) throw new Refused('verification_failed', { expected: 'a key that can be imported' })
    imported = keys
    return keys
  }

  function get(): Keys | Promise<Keys> {
    if (imported !== undefined) return imported
    importing ??= load()
    return importing
  }

  return { get, renewFor: async () => undefined }
}

/** Whether a token names a key that may have been published since the keys were fetched. */
export function isKeyUnknown(error: unknown): boolean {
  return error instanceof TokenRejected && error.reason === 'key_unknown'
}
