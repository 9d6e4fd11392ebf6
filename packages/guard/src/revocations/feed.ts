/** Fetches the revocation feed of an issuer: a JWT with a type of its own, signed with the issuer's keys. */
import type { Access } from '../access.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { fetchLimited } from '../issuer/limited-fetch.ts'
import { findEndpoint, requestIssuer } from '../issuer/request-issuer.ts'
import { verifyJwt } from '../issuer/verify-jwt.ts'
import type { IssuerAccess } from '../token-source.ts'
import { type RevocationList, readRevocationList } from './revocation-list.ts'

/** The issuer of a feed, and how to reach it. */
export interface FeedSource {
  readonly issuer: Issuer
  readonly access: IssuerAccess
}

/** A fetched list. */
export interface Feed {
  readonly list: RevocationList
  /** For `If-None-Match` of the next request (RFC 9110 §8.8.3). */
  readonly etag: string | undefined
  /** The accesses that are known not to be in the list. */
  readonly cleared: WeakSet<Access>
}

/**
 * Fetches the issuer's current feed.
 *
 * @param last the last feed, returned when a server or a cache says that it is unchanged; without it, a recently signed list is fetched
 * @throws TokenRejection `issuer_unavailable`, after a call of `onFailure`
 */
export type FetchFeed = (last: Feed | undefined) => Promise<Feed>

const feedType = 'revocations+jwt'
const missing = 'leave out revocations; with another issuer than Countersign, introspection ends tokens early'
const maxBytes = 8 * 1024 * 1024
/** In seconds. How far two clocks, or two processes of the issuer, may be apart. */
export const tolerance = 60
/** In seconds. One minute for clocks that differ, and one more: Countersign signs the list again every half minute. */
const maxAge = 120

export function createFeedFetch({ issuer, access }: FeedSource): FetchFeed {
  /** The newest of all lists so far: several small steps back cannot add up. */
  let newest = Number.NEGATIVE_INFINITY

  /** A replayed old feed would make revoked tokens valid again. */
  function requireCurrent({ builtAt }: RevocationList): void {
    const now = access.now()
    if (!(builtAt <= now + tolerance)) throw new TypeError(`iat must be at most ${tolerance} s ahead of the clock`)
    if (builtAt < now - maxAge) {
      throw new TypeError(
        `iat must be at most ${maxAge} s before the clock: set both clocks; no cache may keep the feed`,
      )
    }
    if (builtAt < newest - tolerance) {
      throw new TypeError(`iat must not be more than ${tolerance} s before that of the newest list so far`)
    }
    newest = Math.max(newest, builtAt)
  }

  async function fetchFeed(url: string, last: Feed | undefined): Promise<Feed> {
    const { status, headers, text } = await fetchLimited(access, url, {
      accept: `application/${feedType}`,
      maxBytes,
      // RFC 9110 §13.1.2, §15.4.5: 304 when the feed still has that tag.
      ...(last?.etag !== undefined && { headers: { 'if-none-match': last.etag }, statuses: [304] }),
    })
    if (status === 304 && last !== undefined) return last
    const list = readRevocationList(await verifyJwt(issuer, text, feedType))
    requireCurrent(list)
    return { list, etag: headers.get('etag') ?? undefined, cleared: new WeakSet() }
  }

  return async (last) => {
    const url = await findEndpoint(access, 'revocations', issuer, 'revocation_feed_uri', missing)
    return await requestIssuer(access, 'revocations', url, () => fetchFeed(url, last))
  }
}
