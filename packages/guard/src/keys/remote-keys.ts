/** The issuer's keys, from the JWK Set of its metadata (RFC 8414 §2, RFC 7517 §5), cached and renewed. */

import type { KnownIssuer } from '../issuer/issuer.ts'
import { keepFresh } from '../issuer/kept-fresh.ts'
import { fetchLimited, parseJsonResponse } from '../issuer/limited-fetch.ts'
import { findEndpoint, requestIssuer } from '../issuer/request-issuer.ts'
import { TokenRejection } from '../token-rejection.ts'
import type { IssuerAccess } from '../token-source.ts'
import { importJwks, readJwks } from './jwks.ts'
import type { KeySupply } from './key-supply.ts'
import { reportFaults } from './report-faults.ts'
import type { FitKey } from './verification-key.ts'

/** In seconds. The age at which keys are fetched again, so that keys that the issuer removed are removed here. */
const maxAge = 300
/** In seconds. However many tokens have unknown keys, the keys are fetched at most once in that time. */
const cooldown = 30
const retryAfter = 5

/** Where the keys are, and how long they are trusted. */
export interface RemoteKeysOptions {
  /** @default `jwks_uri` of the metadata */
  readonly url?: string | undefined
  /** In seconds: how long past `maxAge` keys are used while the issuer is unavailable. @default 86400 */
  readonly maxStaleness?: number | undefined
}

export function supplyRemote(
  issuer: KnownIssuer,
  access: IssuerAccess,
  { url: given, maxStaleness = 86_400 }: RemoteKeysOptions = {},
): KeySupply {
  const report = reportFaults(access)
  let last: { readonly text: string; readonly keys: readonly FitKey[] } | undefined

  async function load(): Promise<readonly FitKey[]> {
    const url = given ?? (await findEndpoint(access, 'discovery', issuer, 'jwks_uri', 'give the option jwks'))
    return await requestIssuer(access, 'jwks', url, async () => {
      const { text } = await fetchLimited(access, url, { accept: 'application/jwk-set+json, application/json' })
      // The same text gives the same array, so that verified tokens stay cached.
      if (text !== last?.text)
        last = { text, keys: await importJwks(readJwks(parseJsonResponse(text)), (fault) => report(url, fault)) }
      return last.keys
    })
  }

  const kept = keepFresh({ load, now: access.now, maxAge, maxStaleness, cooldown, retryAfter })
  return {
    get: kept.get,
    renewFor: async (error, tried, minAge) => {
      // The token's key may have been published since the keys were fetched.
      if (!(error instanceof TokenRejection) || !isOfUnknownKey(error, tried)) return undefined
      const keys = await kept.renew(minAge)
      return keys === tried ? undefined : keys
    },
  }
}

/** A key without `kid` was tried whatever the token's `kid` is: then a signature that does not fit says that the key is unknown. */
function isOfUnknownKey({ reason }: TokenRejection, [first]: readonly FitKey[]): boolean {
  return reason === 'key_unknown' || (reason === 'signature_mismatch' && first?.keyId === undefined)
}
