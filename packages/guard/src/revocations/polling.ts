/** Keeps the revocation feed as fresh as the settings ask for. */
import { isWithin } from '../is-within.ts'
import { hold } from '../issuer/held.ts'
import { Refused } from '../refused.ts'
import { type Feed, type FeedSource, fetchFeed } from './feed.ts'
import type { RevocationConfig } from './revocation-options.ts'

interface Polled {
  readonly feed: Feed
  /** Since when it is known to be the issuer's: when it was asked for, in seconds since the epoch. */
  readonly asOf: number
}

/** While there is no list at all, every check waits or fails; seconds until the issuer is asked again. */
const retryAfter = 2

/**
 * Answers a function that gives the feed to decide by, at once where it can.
 *
 * - up to `interval` old: as it is
 * - up to twice that: as it is, while the next one is fetched
 * - older, as after an idle hour, or none yet: after the fetch
 * - while the issuer fails: the last one, for as long as `failAfter` allows; asked for again every `interval`
 *
 * That function throws or rejects with Refused `issuer_unavailable` when there is no list, or it is older than `failAfter`.
 */
export function pollFeed(source: FeedSource, { interval, failAfter }: RevocationConfig): () => Feed | Promise<Feed> {
  const { now } = source.access
  let latest: Feed | undefined
  const polled = hold({ load, now, maxAge: interval, cooldown: interval, retryAfter })

  async function load(): Promise<Polled> {
    const asOf = now()
    latest = await fetchFeed(source, latest)
    return { feed: latest, asOf }
  }

  function requireInTime({ feed, asOf }: Polled): Feed {
    if (failAfter === Number.POSITIVE_INFINITY || isWithin(failAfter, asOf, now())) return feed
    const received = `one of ${Math.floor(now() - asOf)} s`
    throw new Refused('issuer_unavailable', { expected: `a list of at most ${failAfter} s`, received })
  }

  return () => {
    const found = polled.get()
    return found instanceof Promise ? found.then(requireInTime) : requireInTime(found)
  }
}
