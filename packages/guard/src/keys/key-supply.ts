/** Where the keys of a guard come from: given with its settings, or fetched from the issuer and renewed. */
import { lazily } from '../lazily.ts'
import type { FitKey } from './verification-key.ts'

type Keys = readonly FitKey[]

export interface KeySupply {
  /** The keys at hand, or a promise of the first ones. The same array until they change. Rejects with `TokenRejection`. */
  readonly get: () => Keys | Promise<Keys>
  /**
   * The keys to try once more with, if there are others than those that a token was refused with, and its key was not among
   * them. Rejects only if `get` did.
   */
  readonly renewFor: (error: unknown, refusedWith: Keys) => Promise<Keys | undefined>
}

/** Keys that never change, imported when first asked for. */
export function supplyGiven(importKeys: () => Promise<Keys>): KeySupply {
  return { get: lazily('a key that can be imported', importKeys), renewFor: async () => undefined }
}
