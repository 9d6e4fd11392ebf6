/** Finds revoked tokens by the issuer's revocation feed: within seconds, without a request for each token. */
import type { Access } from '../access.ts'
import { atOnce } from '../at-once.ts'
import { decodeBase64Url } from '../jwt/base64url.ts'
import { isJsonObject, parseStrictJson, readMember } from '../jwt/strict-json.ts'
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
  readonly find: (access: Access, token: string) => RevokedBy | undefined | Promise<RevokedBy | undefined>
}

/**
 * Follows the feed of an issuer.
 *
 * Pass the same `Access` for the same token: results are cached by it.
 */
export function createRevocations(source: FeedSource, config: RevocationConfig): Revocations {
  const currentFeed = pollFeed(source, config)
  const subjectNames = new WeakMap<Access, string>()

  function decide(feed: Feed, access: Access, token: string): RevokedBy | undefined | Promise<RevokedBy | undefined> {
    if (feed.cleared.has(access)) return undefined
    if (feed.list.keys.size > 0 && feed.list.keys.has(keyIdOf(token) ?? '')) return 'key'
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
    find: (access, token) => atOnce(currentFeed(), (feed) => decide(feed, access, token)),
  }
}

/** The `kid` of a JWT that was verified (RFC 7515 §4.1.4). `undefined` for an opaque token. */
function keyIdOf(token: string): string | undefined {
  const bytes = decodeBase64Url(token.slice(0, Math.max(0, token.indexOf('.'))))
  const json = bytes && parseStrictJson(new TextDecoder().decode(bytes))
  const keyId = json?.ok && isJsonObject(json.value) ? readMember(json.value, 'kid') : undefined
  return typeof keyId === 'string' ? keyId : undefined
}

function search(feed: Feed, access: Access, subject: string | undefined): RevokedBy | undefined {
  const by = findRevocation(feed.list, access, subject)
  if (by === undefined) feed.cleared.add(access)
  return by
}
