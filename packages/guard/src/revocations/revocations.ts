/** Finds revoked tokens by the issuer's revocation feed: within seconds, without a request for each token. */
import type { Access } from '../access.ts'
import { atOnce } from '../at-once.ts'
import type { Feed, FeedSource } from './feed.ts'
import { pollFeed } from './polling.ts'
import { findRevocation, type RevokedBy, subjectName } from './revocation-list.ts'
import type { RevocationConfig } from './revocation-options.ts'

/** Made once per guard. */
export interface Revocations {
  /**
   * The kind of name by which the token is revoked, if it is; directly when nothing must be fetched. Throws or rejects with
   * TokenRejection `issuer_unavailable` when there is no list. Must run at every check, also for a cached token.
   */
  readonly find: (access: Access) => RevokedBy | undefined | Promise<RevokedBy | undefined>
}

/**
 * Follows the feed of an issuer.
 *
 * Pass the same `Access` for the same token: results are cached by it.
 */
export function createRevocations(source: FeedSource, config: RevocationConfig): Revocations {
  const currentFeed = pollFeed(source, config)
  const subjectNames = new WeakMap<Access, string>()

  function decide(feed: Feed, access: Access): RevokedBy | undefined | Promise<RevokedBy | undefined> {
    if (feed.cleared.has(access)) return undefined
    if (feed.list.subjects.size === 0) return search(feed, access, undefined)
    const name = subjectNames.get(access)
    return name === undefined ? nameThenSearch(feed, access) : search(feed, access, name)
  }

  async function nameThenSearch(feed: Feed, access: Access): Promise<RevokedBy | undefined> {
    const name = await subjectName(access.subject)
    subjectNames.set(access, name)
    return search(feed, access, name)
  }

  return {
    find: (access) => atOnce(currentFeed(), (feed) => decide(feed, access)),
  }
}

function search(feed: Feed, access: Access, subject: string | undefined): RevokedBy | undefined {
  const by = findRevocation(feed.list, access, subject)
  if (by === undefined) feed.cleared.add(access)
  return by
}
