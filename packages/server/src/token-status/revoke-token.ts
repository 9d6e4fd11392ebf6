/**
 * Revokes one access token. Who revokes one after the other all day, as anybody with an account can, would fill the revocation
 * feed: past some, all of their origin end. docs/decisions/0024-revocations-are-published.md
 */
import type { VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'
import type { Store } from '../store/open.ts'
import type { TokenOrigin } from '../store/revoked-tokens.ts'
import { clientIdOf, grantIdOf, isClientsOwn, issuedAtOf } from './token-status.ts'

/** Tokens of one user at one client, or of a client's own, that are kept revoked one by one. */
const mostOfOrigin = 1000
/** The same when there are many of all together. */
const mostOfAll = 50_000
const mostOfOriginWhenFull = 10

/** `tokenId` is its `jti`. Answers whether all tokens of its origin have ended with it. */
export async function revokeToken({ store, now }: Context, token: VerifiedToken, tokenId: string): Promise<boolean> {
  const origin = { subject: token.subject, clientId: clientIdOf(token), hasGrant: grantIdOf(token) !== undefined }
  await store.revokedTokens.insert({ tokenId, origin, issuedAt: issuedAtOf(token), expiresAt: token.expiresAt })
  const { ofOrigin, ofAll } = await store.revokedTokens.count(origin)
  if (ofOrigin <= (ofAll > mostOfAll ? mostOfOriginWhenFull : mostOfOrigin)) return false
  // Statements of their own: what is cut short here is done with the next token.
  await store.revokedTokens.removeOf(origin, await endOrigin(store, origin, isClientsOwn(token), Math.floor(now())))
  return true
}

/** RFC 7009 §2.1: a client revokes what was issued to it, and nothing else. Answers until when issued tokens have ended. */
async function endOrigin(
  { grants, removals, users }: Store,
  { subject, clientId, hasGrant }: TokenOrigin,
  isOwn: boolean,
  now: number,
): Promise<number> {
  if (hasGrant) {
    await grants.revokeClient(subject, clientId, 'revoked', now)
    // One of this second may be of a grant that was made since.
    return now - 1
  }
  if (isOwn) await removals.endOwnTokens(clientId, now)
  // Of the password grant: the client knows the password, with which it can do the same to all clients' tokens, and more.
  else await users.endTokens(subject, now)
  return now
}
