/** Fetches the revocation feed of an issuer: a JWT with its own type, signed with the issuer's keys. */
import type { Access } from '../access.ts'
import { failIssuer, sentenceOf } from '../issuer/failure.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { fetchLimited } from '../issuer/limited-fetch.ts'
import { readMember } from '../jwt/strict-json.ts'
import { Refused } from '../refused.ts'
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

const feedType = 'revocations+jwt'
const maxBytes = 8 * 1024 * 1024
/** How far two clocks, or two processes of the issuer, may be apart; seconds. */
const tolerance = 60

/**
 * Answers the issuer's feed as it is now: the very one held when that is unchanged.
 *
 * @throws Refused `issuer_unavailable`, after `onFailure` was told why
 */
export async function fetchFeed({ issuer, access }: FeedSource, held: Feed | undefined): Promise<Feed> {
  const url = await findFeed(issuer, access)
  const response = await fetchLimited(access, 'revocations', url, {
    accept: `application/${feedType}`,
    maxBytes,
    // RFC 9110 §13.1.2, §15.4.5: 304 when what has that tag is still what would be sent.
    ...(held?.etag !== undefined && { headers: { 'if-none-match': held.etag }, statuses: [304] }),
  })
  if (response.status === 304 && held !== undefined) return held
  try {
    const list = readRevocationList(await issuer.verifyJwt(response.text, feedType))
    requireCurrent(list, held?.list, access.now())
    return { list, etag: response.headers.get('etag') ?? undefined, cleared: new WeakSet() }
  } catch (cause) {
    // Told already.
    if (cause instanceof Refused) throw cause
    return failIssuer(access, { part: 'revocations', url, message: `not accepted: ${sentenceOf(cause)}`, cause })
  }
}

async function findFeed(issuer: Issuer, access: IssuerAccess): Promise<string> {
  const url = readMember(await issuer.metadata(), 'revocation_feed_uri')
  if (typeof url === 'string') return url
  const fix = 'leave out revocations; with another issuer than Countersign, introspection ends tokens early'
  const message = `the metadata have no revocation_feed_uri: ${fix}`
  return failIssuer(access, { part: 'revocations', url: issuer.identifier, message })
}

/** A feed that was recorded earlier would bring revoked tokens back. */
function requireCurrent({ builtAt }: RevocationList, held: RevocationList | undefined, now: number): void {
  if (!(builtAt <= now + tolerance)) throw new TypeError(`iat must be at most ${tolerance} s ahead of the clock`)
  if (held !== undefined && builtAt < held.builtAt - tolerance) {
    throw new TypeError(`iat must not be more than ${tolerance} s before that of the list at hand`)
  }
}
