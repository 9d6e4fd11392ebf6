/** Fetches the revocation feed of an issuer: a JWT with its own type, signed with the issuer's keys. */
import type { Access } from '../access.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { fetchLimited } from '../issuer/limited-fetch.ts'
import { findEndpoint, requestIssuer } from '../issuer/request-issuer.ts'
import { verifyJwt } from '../issuer/verify-jwt.ts'
import type { IssuerAccess } from '../token-source.ts'
import { type RevocationList, readRevocationList } from './revocation-list.ts'

/** Whose feed it is, and how it is reached. */
export interface FeedSource {
  readonly issuer: Issuer
  readonly access: IssuerAccess
}

/** A list as it was fetched. */
export interface Feed {
  readonly list: RevocationList
  /** What the next request asks with (RFC 9110 §8.8.3). */
  readonly etag: string | undefined
  /** Those that are known not to be in the list. */
  readonly cleared: WeakSet<Access>
}

/**
 * Answers the issuer's feed as it is now.
 *
 * @param held what may be answered as unchanged, on the word of any cache; without it, a list that was signed lately is fetched
 * @throws TokenRejection `issuer_unavailable`, after `onFailure` was told why
 */
export type FetchFeed = (held: Feed | undefined) => Promise<Feed>

const feedType = 'revocations+jwt'
const missing = 'leave out revocations; with another issuer than Countersign, introspection ends tokens early'
const maxBytes = 8 * 1024 * 1024
/** How far two clocks, or two processes of the issuer, may be apart; seconds. */
export const tolerance = 60
/** A minute of clocks that differ, and another: Countersign signs anew what is half a minute old. Seconds. */
const oldest = 120

export function createFeedFetch({ issuer, access }: FeedSource): FetchFeed {
  /** Of all lists so far, so that no number of small steps leads far back. */
  let newest = Number.NEGATIVE_INFINITY

  /** A feed that was recorded earlier would bring revoked tokens back. */
  function requireCurrent({ builtAt }: RevocationList): void {
    const now = access.now()
    if (!(builtAt <= now + tolerance)) throw new TypeError(`iat must be at most ${tolerance} s ahead of the clock`)
    if (builtAt < now - oldest) {
      throw new TypeError(
        `iat must be at most ${oldest} s before the clock: set both clocks; no cache may keep the feed`,
      )
    }
    if (builtAt < newest - tolerance) {
      throw new TypeError(`iat must not be more than ${tolerance} s before that of the newest list so far`)
    }
    newest = Math.max(newest, builtAt)
  }

  async function fetchFeed(url: string, held: Feed | undefined): Promise<Feed> {
    const { status, headers, text } = await fetchLimited(access, url, {
      accept: `application/${feedType}`,
      maxBytes,
      // RFC 9110 §13.1.2, §15.4.5: 304 when what has that tag is still what would be sent.
      ...(held?.etag !== undefined && { headers: { 'if-none-match': held.etag }, statuses: [304] }),
    })
    if (status === 304 && held !== undefined) return held
    const list = readRevocationList(await verifyJwt(issuer, text, feedType))
    requireCurrent(list)
    return { list, etag: headers.get('etag') ?? undefined, cleared: new WeakSet() }
  }

  return async (held) => {
    const url = await findEndpoint(access, 'revocations', issuer, 'revocation_feed_uri', missing)
    return await requestIssuer(access, 'revocations', url, () => fetchFeed(url, held))
  }
}
