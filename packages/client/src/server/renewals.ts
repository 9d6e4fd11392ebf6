/** Renews each refresh token once, however many requests of one browser ask for it at the same time. */
import { areDue, type Tokens } from '../tokens.ts'

/** Answers the tokens that come after these. */
export type Renew = (tokens: Tokens) => Promise<Tokens>

/** Requests that the browser sent with the old cookie arrive so many seconds later. */
const rememberedFor = 60
/** So that an issuer that is out of order does not hold up every request. */
const retriedAfter = 5
const mostRemembered = 10_000

/**
 * Shares each renewal, and remembers its result for a minute: a request that was sent with the old cookie gets the new tokens
 * as well. To use a refresh token twice would end the session where the issuer takes it for stolen (RFC 9700 §4.14.2).
 */
export function shareRenewals(renew: Renew, now: () => number): Renew {
  const renewals = new Map<string, { readonly result: Promise<Tokens>; readonly until: number }>()

  const start = (key: string, tokens: Tokens): Promise<Tokens> => {
    for (const [old, { until }] of renewals) {
      // The first is the oldest.
      if (now() < until && renewals.size < mostRemembered) break
      renewals.delete(old)
    }
    const renewal = { result: renew(tokens), until: now() + rememberedFor }
    renewals.delete(key)
    renewals.set(key, renewal)
    renewal.result.catch(() => {
      if (renewals.get(key) === renewal) renewals.set(key, { ...renewal, until: now() + retriedAfter })
    })
    return renewal.result
  }

  const share: Renew = async (tokens) => {
    const key = tokens.refreshToken
    if (key === undefined) return await renew(tokens)
    const known = renewals.get(key)
    if (known === undefined || now() >= known.until) return await start(key, tokens)

    const next = await known.result
    if (next.accessToken !== tokens.accessToken && !areDue(next, now())) return next
    // They are to be renewed in turn. The refresh token may be the same as before: not every issuer gives a new one.
    if (next.refreshToken !== key || renewals.get(key) !== known) return await share(next)
    return await start(key, next)
  }
  return share
}
