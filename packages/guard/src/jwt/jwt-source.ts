/** Gets the access of a token from its signature (RFC 9068 §4), with keys that may change. */
import type { Access } from '../access.ts'
import { atOnce } from '../at-once.ts'
import type { KeySupply } from '../keys/key-supply.ts'
import type { FitKey } from '../keys/verification-key.ts'
import { noScopes } from '../scope.ts'
import type { TokenSource } from '../token-source.ts'
import { startVerifier } from './start-verifier.ts'
import type { VerifiedToken } from './verified-token.ts'
import type { VerifierConfig } from './verifier-config.ts'

interface ExpiringAccess extends Access {
  readonly expiresAt: number
}

export function createJwtSource(config: VerifierConfig, keys: KeySupply): TokenSource {
  const verifier = startVerifier(config, [], toAccess)

  function verifyWith(known: readonly FitKey[], token: string): Access | Promise<Access> {
    verifier.replaceKeys(known)
    const verified = verifier.verify(token)
    return verified instanceof Promise ? verified.catch((error) => verifyRenewed(error, known, token)) : verified
  }

  /** Verifies again with new keys: the token's key may have been published since. */
  async function verifyRenewed(error: unknown, known: readonly FitKey[], token: string): Promise<Access> {
    const renewed = await keys.renewFor(error, known)
    if (renewed === undefined) throw error
    verifier.replaceKeys(renewed)
    return await verifier.verify(token)
  }

  return {
    check: (token) => atOnce(keys.get(), (known) => verifyWith(known, token)),
  }
}

function toAccess(verified: VerifiedToken): ExpiringAccess {
  return Object.freeze({ ...verified, scopes: verified.scopes ?? noScopes })
}
