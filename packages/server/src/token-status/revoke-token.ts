/**
 * Revokes one access token. Any user can revoke tokens all day, and would fill the revocation feed. Past a limit, all tokens of the
 * same origin are revoked at once (docs/decisions/0024-revocations-are-published.md).
 */
import type { VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'
import type { Store } from '../store/open.ts'
import type { TokenOrigin } from '../store/revoked-tokens.ts'
import { clientIdOf, grantIdOf, isClientsOwn, issuedAtOf } from './token-status.ts'

/** Tokens of one user at one client, or of a client's own, that are revoked one by one. */
const maxOfOrigin = 10_000
/** Above this number in total, the limit for one origin is `maxOfOriginWhenFull`. */
const maxOfAll = 50_000
const maxOfOriginWhenFull = 10

/** `tokenId` is its `jti`. Returns whether all tokens of the same origin were revoked with it. */
export async function revokeToken({ store, now }: Context, token: VerifiedToken, tokenId: string): Promise<boolean> {
  const origin = { subject: token.subject, clientId: clientIdOf(token), hasGrant: grantIdOf(token) !== undefined }
  const expiresAt = Math.ceil(token.expiresAt)
  await store.revokedTokens.insert({ tokenId, origin, issuedAt: issuedAtOf(token), expiresAt })
  const { ofOrigin, ofAll } = await store.revokedTokens.count(origin, Math.floor(now()))
  if (ofOrigin <= (ofAll > maxOfAll ? maxOfOriginWhenFull : maxOfOrigin)) return false
  // Outside of a transaction: what is interrupted here is completed with the next token.
  await store.revokedTokens.removeOf(origin, await endOrigin(store, origin, isClientsOwn(token), Math.floor(now())))
  return true
}

/** RFC 7009 §2.1: a client revokes only what was issued to it. Returns the time until which issued tokens are revoked. */
async function endOrigin(
  { grants, removals, subjects }: Store,
  { subject, clientId, hasGrant }: TokenOrigin,
  isOwn: boolean,
  now: number,
): Promise<number> {
  if (hasGrant) {
    await grants.revokeClient(subject, clientId, 'revoked', now)
    // A token of this second may belong to a grant that was made after the revocation.
    return now - 1
  }
  if (isOwn) await removals.endOwnTokens(clientId, now)
  // From the password grant: the client knows the password, with which it could do the same to the tokens of all clients.
  else await subjects.endTokens(subject, now)
  return now
}
