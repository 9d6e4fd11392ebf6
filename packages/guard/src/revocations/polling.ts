/** Keeps the revocation feed as fresh as the settings ask for. */
import { atOnce } from '../at-once.ts'
import { isWithin, keepFresh } from '../issuer/kept-fresh.ts'
import { TokenRejection } from '../token-rejection.ts'
import { createFeedFetch, type Feed, type FeedSource, tolerance } from './feed.ts'
import type { RevocationConfig } from './revocation-options.ts'

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
 * What is called unchanged is as good as fetched, until it was signed half of `failAfter` ago: no signature tells who says so.
 *
 * That function throws or rejects with TokenRejection `issuer_unavailable` when there is no list, or it was signed `failAfter` ago.
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

  /** By the issuer's clock, which may be ahead of this one. */
  function wasSignedWithin(seconds: number, { list }: Feed): boolean {
    return isWithin(seconds + tolerance, list.builtAt - tolerance, now())
  }

  function requireInTime(feed: Feed): Feed {
    if (failAfter === Number.POSITIVE_INFINITY || wasSignedWithin(failAfter, feed)) return feed
    const received = `one of ${Math.floor(now() - feed.list.builtAt)} s`
    throw new TokenRejection('issuer_unavailable', { expected: `a list of at most ${failAfter} s`, received })
  }

  return () => atOnce(polled.get(), requireInTime)
}
