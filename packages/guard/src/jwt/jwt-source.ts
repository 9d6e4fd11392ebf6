/** Learns what a token is good for from its signature (RFC 9068 §4), with keys that may change meanwhile. */
import type { Access } from '../access.ts'
import { atOnce } from '../at-once.ts'
import type { KeySupply } from '../keys/key-supply.ts'
import type { FitKey } from '../keys/verification-key.ts'
import { noScopes } from '../scope.ts'
import type { TokenSource } from '../token-source.ts'
import { startVerifier } from './start-verifier.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { VerifierConfig } from './verifier-config.ts'

interface EndingAccess extends Access {
  readonly expiresAt: number
}

export function createJwtSource(config: VerifierConfig, keys: KeySupply): TokenSource {
  const verifier = startVerifier(config, [], toAccess)

  function verifyWith(held: readonly FitKey[], token: string): Access | Promise<Access> {
    verifier.replaceKeys(held)
    const verified = verifier.verify(token)
    return verified instanceof Promise ? verified.catch((error) => verifyRenewed(error, held, token)) : verified
  }

  /** Once more, when the key may have been published since. */
  async function verifyRenewed(error: unknown, held: readonly FitKey[], token: string): Promise<Access> {
    const renewed = await keys.renewFor(error, held)
    if (renewed === undefined) throw error
    verifier.replaceKeys(renewed)
    return await verifier.verify(token)
  }

  return {
    check: (token) => atOnce(keys.get(), (held) => verifyWith(held, token)),
  }
}

function toAccess(verified: VerifiedToken): EndingAccess {
  return Object.freeze({ ...verified, scopes: verified.scopes ?? noScopes })
}
