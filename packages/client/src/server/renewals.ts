/** Renews each refresh token once, however many requests of one browser ask for it at the same time, and never after a log-out. */
import { ClientError } from '../errors.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { areDue, renewalFailure } from '../tokens/renewal-policy.ts'
import { createMemory } from './memory.ts'

/** Answers the tokens that come after these. */
export type Renew = (tokens: Tokens) => Promise<Tokens>

/** What all requests of one process know of the tokens of its sessions. */
export interface Renewals {
  /** @throws ClientError `login_required` when the session has ended, before or meanwhile; or what went wrong with the issuer */
  readonly renew: Renew
  /** Tells whether the newest tokens could be kept in place of those that are kept now: what is not kept is remembered here. */
  readonly noteKeeping: (kept: Tokens, newest: Tokens, isDone: boolean) => void
  /** Ends the session of these tokens. Answers all of it that may still be good: these, and what they were renewed to. */
  readonly end: (tokens: Tokens) => Promise<readonly Tokens[]>
  readonly haveEnded: (tokens: Tokens) => boolean
}

/** Requests that the browser sent with the old cookie arrive so many seconds later. */
const rememberedFor = 60
/** So that an issuer that is out of order does not hold up every request. */
const retriedAfter = 5
/** What can't be found anywhere else: that a session has ended, and tokens that could not be kept. */
const longRememberedFor = 24 * 60 * 60

/**
 * Shares each renewal, and remembers its result for a minute: a request that was sent with the old cookie gets the new tokens
 * as well. To use a refresh token twice would end the session where the issuer takes it for stolen (RFC 9700 §4.14.2).
 */
export function shareRenewals(refresh: Renew, now: () => number): Renewals {
  const renewals = createMemory<Promise<Tokens>>(now)
  const unkept = createMemory<Tokens>(now)
  const ended = createMemory<true>(now)

  const haveEnded = ({ accessToken }: Tokens): boolean => ended.get(accessToken) === true
  const setEnded = ({ accessToken }: Tokens): void => ended.set(accessToken, true, longRememberedFor)
  const requireLive = (tokens: Tokens): Tokens => {
    if (haveEnded(tokens)) throw new ClientError('login_required', 'The session has ended: log in again')
    return tokens
  }

  const start = (key: string, tokens: Tokens): Promise<Tokens> => {
    const renewal = refresh(tokens)
    renewals.set(key, renewal, rememberedFor)
    renewal.catch((error) => {
      if (renewalFailure(error) === 'login_required') setEnded(tokens)
      else if (renewals.get(key) === renewal) renewals.set(key, renewal, retriedAfter)
    })
    return renewal
  }

  const renew: Renew = async (tokens) => {
    const followed = new Set<Promise<Tokens>>()
    let newest = unkept.get(tokens.refreshToken ?? '') ?? tokens
    while (requireLive(newest).accessToken === tokens.accessToken || areDue(newest, now())) {
      const before = newest
      const { refreshToken: key } = before
      if (key === undefined) return await refresh(before)
      const known = renewals.get(key)
      // None is followed twice: the refresh token may be the same as before, or one of long ago.
      const isNew = known === undefined || followed.has(known)
      const renewal = isNew ? start(key, before) : known
      followed.add(renewal)
      newest = await renewal
      // Whoever logged out meanwhile stays logged out.
      requireLive(before)
      if (isNew) return requireLive(newest)
    }
    return newest
  }

  return {
    renew,
    haveEnded,
    noteKeeping: ({ refreshToken: key }, newest, isDone) => {
      if (key === undefined) return
      if (!isDone) unkept.set(key, newest, longRememberedFor)
      else if (unkept.get(key) !== undefined) unkept.set(key, newest, rememberedFor)
    },
    end: async (tokens) => {
      const good: Tokens[] = []
      let next: Tokens | undefined = tokens
      while (next !== undefined && !haveEnded(next)) {
        good.push(next)
        setEnded(next)
        const { refreshToken: key = '' }: Tokens = next
        // A renewal that fails gives nothing that could be used.
        next = unkept.get(key) ?? (await renewals.get(key)?.catch(() => undefined))
      }
      return good
    },
  }
}
