/** Uses each refresh token once, however many requests of one browser need a renewal at the same time, and never after a logout. */
import { ClientError } from '../errors.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { areDue, renewalFailure } from '../tokens/renewal-policy.ts'
import { createMemory } from './memory.ts'

/** Returns the tokens that replace these. */
export type Renew = (tokens: Tokens) => Promise<Tokens>

/** What all requests of one process know about the tokens of its sessions. */
export interface Renewals {
  /** @throws ClientError `login_required` when the session has ended, before or during the renewal; or an error of the issuer */
  readonly renew: Renew
  /** Call it after a renewal. If the newest tokens could not be stored in place of `kept`, they are remembered here. */
  readonly noteKeeping: (kept: Tokens, newest: Tokens, isDone: boolean) => void
  /** Ends the session of these tokens. Returns all its tokens that may still be valid: these, and those that have replaced them. */
  readonly end: (tokens: Tokens) => Promise<readonly Tokens[]>
  readonly haveEnded: (tokens: Tokens) => boolean
}

/** In seconds: how much later a request may arrive that the browser sent with the old cookie. */
const rememberedFor = 60
/** In seconds: during an outage of the issuer, not every request waits for it. */
const retriedAfter = 5
/** In seconds, for facts that only this process knows: that a session has ended, and tokens that could not be stored. */
const longRememberedFor = 24 * 60 * 60

/**
 * Shares each renewal and remembers its result for a minute: a request that was sent with the old cookie gets the new tokens too. If a
 * refresh token were used twice, the issuer could treat it as stolen and end the session (RFC 9700 §4.14.2).
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
      // No renewal is followed twice: the refresh token may be the same as before, or an old one.
      const isNew = known === undefined || followed.has(known)
      const renewal = isNew ? start(key, before) : known
      followed.add(renewal)
      newest = await renewal
      // A user who logged out in the meantime stays logged out.
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
      const all: Tokens[] = []
      let next: Tokens | undefined = tokens
      while (next !== undefined && !haveEnded(next)) {
        all.push(next)
        setEnded(next)
        const { refreshToken: key = '' }: Tokens = next
        // A renewal that fails brings no tokens.
        next = unkept.get(key) ?? (await renewals.get(key)?.catch(() => undefined))
      }
      return all
    },
  }
}
