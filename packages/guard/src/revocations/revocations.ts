/** Finds tokens that were ended early, by the issuer's revocation feed: within seconds, without a request for each token. */
import type { Access } from '../access.ts'
import { atOnce } from '../at-once.ts'
import type { Feed, FeedSource } from './feed.ts'
import { pollFeed } from './polling.ts'
import { findRevocation, type RevokedBy, subjectName } from './revocation-list.ts'
import type { RevocationConfig } from './revocation-options.ts'

/** Made once per guard. */
export interface Revocations {
  /**
   * Answers by which name the token is revoked, if by any; at once, where nothing is to be fetched. Throws or rejects with
   * TokenRejection `issuer_unavailable` when there is no list to decide by. To be asked at every check, also of a remembered token.
   */
  readonly find: (access: Access) => RevokedBy | undefined | Promise<RevokedBy | undefined>
}

/**
 * Follows the feed of an issuer.
 *
 * `find` should be given the same `Access` for the same token: what was found out about it is remembered with it.
 */
export function createRevocations(source: FeedSource, config: RevocationConfig): Revocations {
  const currentFeed = pollFeed(source, config)
  const subjectNames = new WeakMap<Access, string>()

  function decide(feed: Feed, access: Access): RevokedBy | undefined | Promise<RevokedBy | undefined> {
    if (feed.cleared.has(access)) return undefined
    if (feed.list.subjects.size === 0) return look(feed, access, undefined)
    const name = subjectNames.get(access)
    return name === undefined ? nameThenLook(feed, access) : look(feed, access, name)
  }

  async function nameThenLook(feed: Feed, access: Access): Promise<RevokedBy | undefined> {
    const name = await subjectName(access.subject)
    subjectNames.set(access, name)
    return look(feed, access, name)
  }

  return {
    find: (access) => atOnce(currentFeed(), (feed) => decide(feed, access)),
  }
}

function look(feed: Feed, access: Access, subject: string | undefined): RevokedBy | undefined {
  const by = findRevocation(feed.list, access, subject)
  if (by === undefined) feed.cleared.add(access)
  return by
}
