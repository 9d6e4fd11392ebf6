/** Learns what a token is good for from its signature (RFC 9068 §4), with keys that may change meanwhile. */
import type { Access } from '../access.ts'
import type { KeySupply } from '../keys/key-supply.ts'
import type { VerificationKey } from '../keys/verification-key.ts'
import type { TokenSource } from '../token-source.ts'
import type { VerifiedToken } from './claims.ts'
import { startVerifier } from './verifier.ts'
import type { VerifierConfig } from './verifier-options.ts'

interface EndingAccess extends Access {
  readonly expiresAt: number
}

const noScopes: readonly string[] = Object.freeze([])

export function createJwtSource(config: VerifierConfig, keys: KeySupply): TokenSource {
  const verifier = startVerifier(config, [], toAccess)
  let used: readonly VerificationKey[] = []

  function verifyWith(held: readonly VerificationKey[], token: string): Access | Promise<Access> {
    useKeys(held)
    const verified = verifier.verify(token)
    return verified instanceof Promise ? verified.catch((error) => verifyRenewed(error, held, token)) : verified
  }

  function useKeys(held: readonly VerificationKey[]): void {
    if (held === used) return
    verifier.replaceKeys(held)
    used = held
  }

  /** Once more, when the key may have been published since. */
  async function verifyRenewed(error: unknown, held: readonly VerificationKey[], token: string): Promise<Access> {
    const renewed = await keys.renewFor(error, held)
    if (renewed === undefined) throw error
    useKeys(renewed)
    return await verifier.verify(token)
  }

  return {
    check: (token) => {
      const held = keys.get()
      return held instanceof Promise ? held.then((first) => verifyWith(first, token)) : verifyWith(held, token)
    },
  }
}

function toAccess({ subject, clientId, scopes = noScopes, expiresAt, tokenId, claims }: VerifiedToken): EndingAccess {
  return Object.freeze({ subject, clientId, scopes, expiresAt, tokenId, claims })
}
