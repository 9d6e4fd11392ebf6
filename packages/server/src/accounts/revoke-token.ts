/**
 * Revokes one access token. Who revokes one after the other all day, as anybody with an account can, would fill the revocation
 * feed: past some, what they came of is ended for good. docs/decisions/0024-revocations-are-published.md
 */
import type { VerifiedToken } from '@countersign/guard'
import type { Context } from '../context.ts'
import type { Owner } from '../store/revoked-tokens.ts'
import { grantIdOf, isClientsOwn, issuedAtOf } from './token-standing.ts'

/** Tokens of one owner that are revoked one by one. A client that revokes the former one at each refresh stays below it. */
const mostOfOwner = 100
/** The same when there are many of all together. */
const mostOfAll = 50_000
const mostOfOwnerWhenFull = 5

/** `tokenId` is its `jti`. Answers whether all of its owner's tokens have ended with it. */
export async function revokeToken({ store, now }: Context, token: VerifiedToken, tokenId: string): Promise<boolean> {
  const owner = ownerOf(token)
  const time = Math.floor(now())
  await store.revokedTokens.insert({ tokenId, owner, issuedAt: issuedAtOf(token), expiresAt: token.expiresAt })
  const { ofOwner, ofAll } = await store.revokedTokens.count(owner)
  if (ofOwner <= (ofAll > mostOfAll ? mostOfOwnerWhenFull : mostOfOwner)) return false
  // Each is a statement of its own: what is cut short here is done with the next token.
  switch (owner.kind) {
    case 'grant':
      await store.grants.revoke(owner.id, 'revoked', time)
      break
    case 'user':
      await store.users.endTokens(owner.id, time)
      break
    case 'client':
      await store.removals.endOwnTokens(owner.id, time)
      break
  }
  await store.revokedTokens.removeOf(owner, time)
  return true
}

/** A user's token without a grant is of the password grant: whoever has it knows the password. */
function ownerOf(token: VerifiedToken): Owner {
  const grantId = grantIdOf(token)
  if (grantId !== undefined) return { kind: 'grant', id: grantId }
  return { kind: isClientsOwn(token) ? 'client' : 'user', id: token.subject }
}
