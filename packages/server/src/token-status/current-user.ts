/** The user of a request's bearer token (RFC 6750): the resource server's half of the tutorial. */
import { type Bearer, formatChallenge, hasScopes } from '@countersign/guard'
import { TokenRejection, type VerifiedToken } from '@countersign/guard/verifier'
import type { Context } from '../context.ts'
import type { TokenOwner } from '../domain/user.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reason } from '../oauth/reasons.ts'
import type { Request } from '../request.ts'
import { atOnce } from '../store/at-once.ts'
import { step } from '../trace/trace.ts'
import { readPresentedToken } from './presented-token.ts'
import { findTokenStatus, isClientsOwn, scopesOf, type TokenStatus } from './token-status.ts'

/**
 * The tutorial's `get_current_user`. Reads the user from the database at each request, so that the token of a disabled or removed
 * user is rejected at once, as is a revoked token.
 * @throws OAuthError `invalid_request`, `not_authenticated`, `invalid_token`, `insufficient_scope`
 */
export async function getCurrentUser(ctx: Context, request: Request, scopes: readonly string[]): Promise<TokenOwner> {
  return (await authenticateBearer(ctx, request, readPresentedToken(request), scopes)).user
}

/** The same for a token from the header or the body, with the token itself. */
export async function authenticateBearer(
  ctx: Context,
  request: Request,
  bearer: Bearer,
  scopes: readonly string[],
): Promise<{ readonly user: TokenOwner; readonly token: VerifiedToken }> {
  const token = await step(request.trace, 'get_current_user', () => verifyBearer(ctx, bearer), tokenFacts)
  const user = await step(request.trace, 'get_user', () => requireUser(ctx, token))
  requireScopes(ctx, token, scopes)
  if (user.isDisabled) {
    throw new OAuthError('invalid_token', 'Inactive user', {
      reason: 'user_disabled',
      expected: expectedStatus.user_disabled,
    })
  }
  return { user, token }
}

/** Returns without a promise where it can, as the step after it does: nearly every request comes through here. */
function verifyBearer(ctx: Context, bearer: Bearer): VerifiedToken | Promise<VerifiedToken> {
  if (bearer.kind === 'absent') {
    throw new OAuthError('not_authenticated', 'Not authenticated', {
      reason: 'token_missing',
      expected: 'a Bearer token',
    })
  }
  if (bearer.kind === 'malformed')
    throw invalidToken({ reason: 'authorization_malformed', expected: 'Bearer and one token' })
  const verified = ctx.verifier.verify(bearer.token)
  return verified instanceof Promise ? verified.catch(rejectToken) : verified
}

function rejectToken(error: unknown): never {
  throw error instanceof TokenRejection ? invalidToken(error) : error
}

function requireUser(ctx: Context, token: VerifiedToken): TokenOwner | Promise<TokenOwner> {
  // RFC 9068 §5: the sub of a client's own token must not be taken for a user, even if a user has the same id.
  if (isClientsOwn(token)) {
    throw invalidToken({ reason: 'token_without_user', expected: 'the token of a user', received: "a client's own" })
  }
  return atOnce(findTokenStatus(ctx, token), requireActive)
}

/** Lets a disabled user pass: the caller rejects one after the scopes, as the tutorial does. */
function requireActive({ user, problem }: TokenStatus): TokenOwner {
  if (user && (problem === undefined || problem === 'user_disabled')) return user
  const reason = problem ?? 'unknown_subject'
  throw invalidToken({ reason, expected: expectedStatus[reason] })
}

const expectedStatus: Readonly<Record<NonNullable<TokenStatus['problem']>, string>> = {
  unknown_client: 'a token of a client that is registered',
  client_disabled: 'a token of an enabled client',
  unknown_subject: "the id of a user as the token's sub",
  token_revoked: 'a token that was not revoked',
  user_disabled: 'an enabled user',
}

function requireScopes(ctx: Context, token: VerifiedToken, scopes: readonly string[]): void {
  const granted = scopesOf(ctx, token)
  if (hasScopes(granted, scopes)) return
  const scope = scopes.join(' ')
  throw new OAuthError('insufficient_scope', 'Not enough permissions', {
    reason: 'scope_missing',
    expected: scope,
    received: granted.join(' '),
    // RFC 6750 §3.1: the challenge MAY name the scope necessary to access the resource.
    headers: { 'www-authenticate': formatChallenge({ error: 'insufficient_scope', scope }) },
  })
}

function invalidToken(rejection: {
  reason: Reason
  expected?: string | undefined
  received?: string | undefined
}): OAuthError {
  const { reason, expected, received } = rejection
  return new OAuthError('invalid_token', 'Could not validate credentials', {
    reason,
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
    cause: rejection,
  })
}

function tokenFacts(token: VerifiedToken) {
  return { subject: token.subject, expires_at: token.expiresAt, ...(token.scopes && { scope: token.scopes.join(' ') }) }
}
