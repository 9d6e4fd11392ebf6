/** What a guard needs of a way to bind tokens to a key of the client, so that a stolen token is of no use alone (RFC 9449 §1). */
import type { Access } from '../access.ts'
import type { GuardRequest } from '../guard-request.ts'

/** Made by `createDpop`, given to `createGuard` as its option `dpop`. Its functions need no `this`. */
export interface SenderConstraint {
  /** The signature algorithms that proofs may have: `algs` of a challenge, `dpop_signing_alg_values_supported` of the metadata. */
  readonly algorithms: readonly string[]
  /** Whether a token that is bound to no key is refused as well. */
  readonly isRequired: boolean
  /**
   * Passes when the request proves to have the key that the token is bound to. Looks at the whole request: the scheme, the proof.
   * @throws TokenRejection, and nothing else for what a client did
   */
  readonly check: (request: GuardRequest, token: string, access: Access) => Promise<void>
}
