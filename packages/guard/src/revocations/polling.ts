/** Keeps the revocation feed as fresh as the options require. */
import { atOnce } from '../at-once.ts'
import { isWithin, keepFresh } from '../issuer/kept-fresh.ts'
import { TokenRejection } from '../token-rejection.ts'
import { createFeedFetch, type Feed, type FeedSource, tolerance } from './feed.ts'
import type { RevocationConfig } from './revocation-options.ts'

/** In seconds. While there is no list, every check waits or fails until the next request to the issuer. */
const retryAfter = 2

/**
 * Returns a function that returns the feed to decide by, directly when possible.
 *
 * - up to `interval` old: the current feed
 * - up to twice that: the current feed, while the next one is fetched
 * - older, as after an idle hour, or no feed yet: the feed after the fetch
 * - while the issuer is unavailable: the last feed, for as long as `failAfter` allows; fetched again every `interval`
 *
 * A 304 response counts as a fetch until the list was signed half of `failAfter` ago: no signature proves who sent it.
 *
 * The function throws or rejects with TokenRejection `issuer_unavailable` when there is no list, or it was signed `failAfter` ago.
 */
export function pollFeed(source: FeedSource, { interval, failAfter }: RevocationConfig): () => Feed | Promise<Feed> {
  const { now } = source.access
  const fetchFeed = createFeedFetch(source)
  let latest: Feed | undefined
  const polled = keepFresh({ load, now, maxAge: interval, cooldown: interval, retryAfter })

  async function load(): Promise<Feed> {
    latest = await fetchFeed(latest !== undefined && wasSignedWithin(failAfter / 2, latest) ? latest : undefined)
    return latest
  }

  /** By the issuer's clock, which may be ahead of this clock. */
  function wasSignedWithin(seconds: number, { list }: Feed): boolean {
    return isWithin(seconds + tolerance, list.builtAt - tolerance, now())
  }

  function requireRecent(feed: Feed): Feed {
    if (failAfter === Number.POSITIVE_INFINITY || wasSignedWithin(failAfter, feed)) return feed
    const received = `one of ${Math.floor(now() - feed.list.builtAt)} s`
    throw new TokenRejection('issuer_unavailable', { expected: `a list of at most ${failAfter} s`, received })
  }

  return () => atOnce(polled.get(), requireRecent)
}
