/** The issuer's keys, from the JWK Set that its metadata names (RFC 8414 §2, RFC 7517 §5), kept and renewed. */
import { requireEndpoint } from '../issuer/discovery.ts'
import { failIssuer, sentenceOf } from '../issuer/failure.ts'
import { parseJsonAnswer } from '../issuer/json-answer.ts'
import { type KeptFresh, keepFresh } from '../issuer/kept-fresh.ts'
import { fetchLimited } from '../issuer/limited-fetch.ts'
import type { JsonObject } from '../jwt/strict-json.ts'
import type { IssuerAccess } from '../token-source.ts'
import { importJwks, readJwks } from './jwks.ts'
import { isKeyUnknown, type KeySupply } from './key-supply.ts'
import type { VerificationKey } from './verification-key.ts'

/** The age at which keys are fetched again, so that one that the issuer took away goes here too. */
const maxAge = 300
/** However many tokens name keys that are not known, their keys are looked for once in that time. */
const cooldown = 30
const retryAfter = 5

export function supplyRemote(issuer: string, metadata: KeptFresh<JsonObject>, access: IssuerAccess): KeySupply {
  const use = { issuer, part: 'discovery', fix: 'give the option jwks' } as const
  let last: { readonly text: string; readonly keys: readonly VerificationKey[] } | undefined

  async function load(): Promise<readonly VerificationKey[]> {
    const url = requireEndpoint(await metadata.get(), 'jwks_uri', use, access)
    const { text } = await fetchLimited(access, 'jwks', url, { accept: 'application/jwk-set+json, application/json' })
    // The same text is the same keys: whoever remembers results by them need not forget.
    if (text !== last?.text) last = { text, keys: await importKeys(url, text) }
    return last.keys
  }

  async function importKeys(url: string, text: string): Promise<readonly VerificationKey[]> {
    try {
      const { jwks, ignored } = readJwks(parseJsonAnswer(text))
      const keys = await importJwks(jwks)
      if (keys.length === 0) throw new Error(['none of its keys may verify', ...ignored.slice(0, 3)].join('; '))
      return keys
    } catch (error) {
      return failIssuer(access, { part: 'jwks', url, message: sentenceOf(error), cause: error })
    }
  }

  const held = keepFresh({ load, now: access.now, maxAge, cooldown, retryAfter })
  return {
    get: held.get,
    renewFor: async (error, refusedWith) => {
      if (!isKeyUnknown(error)) return undefined
      const keys = await held.renew()
      return keys === refusedWith ? undefined : keys
    },
  }
}
