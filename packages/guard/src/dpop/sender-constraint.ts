/** How a guard checks that a token's client has the key that the token is bound to: a stolen token alone is useless (RFC 9449 §1). */
import type { Access } from '../access.ts'
import type { GuardRequest } from '../guard-request.ts'

/** Made by `createDpop` for `createGuard`'s option `dpop`. Its functions need no `this`. */
export interface SenderConstraint {
  /** The accepted signature algorithms of proofs: `algs` of a challenge, `dpop_signing_alg_values_supported` of the metadata. */
  readonly algorithms: readonly string[]
  /** Whether unbound tokens are rejected. */
  readonly isRequired: boolean
  /**
   * Passes when the request proves possession of the key that the token is bound to. Reads the whole request: the scheme, the proof.
   * @throws TokenRejection when the client is at fault, and no other error for that
   */
  readonly check: (request: GuardRequest, token: string, access: Access) => Promise<void>
}
