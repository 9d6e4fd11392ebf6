/** Where the keys of a guard come from: its options, or the issuer. */
import { lazily } from '../lazily.ts'
import type { FitKey } from './verification-key.ts'

type Keys = readonly FitKey[]

export interface KeySupply {
  /** The current keys, or a promise of the first ones. The same array until they change. Rejects with `TokenRejection`. */
  readonly get: () => Keys | Promise<Keys>
  /**
   * New keys to try again with, if the token's key was not among the current ones, and the issuer has others now. Rejects only if `get`
   * did.
   *
   * @param minAge in seconds: the keys are not fetched again sooner after their last fetch; 30 by default
   */
  readonly renewFor: (error: unknown, tried: Keys, minAge?: number) => Promise<Keys | undefined>
}

/** Keys that never change, imported on first use. */
export function supplyGiven(importKeys: () => Promise<Keys>): KeySupply {
  return { get: lazily('a key that can be imported', importKeys), renewFor: async () => undefined }
}
