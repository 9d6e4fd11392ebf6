/** Whose token a request carries (RFC 6750): the resource server's half of the tutorial. */
import { challenge, hasScopes, readBearer, TokenRejected, type VerifiedToken } from '@countersign/guard'
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'

/**
 * The tutorial's `get_current_user`. The user is read from the database at each request, so that a disabled or deleted
 * one is out at once, whatever the token says.
 * @throws OAuthError `not_authenticated`, `invalid_token`, `insufficient_scope`
 */
export async function getCurrentUser(ctx: Context, request: Request, scopes: readonly string[]): Promise<User> {
  const token = await step(request.trace, 'get_current_user', () => verifyBearer(ctx, request), tokenFacts)
  const user = await step(request.trace, 'get_user', () => requireUser(ctx, token))
  requireScopes(ctx, token, scopes)
  if (user.isDisabled) {
    throw new OAuthError('invalid_token', 'Inactive user', { reason: 'user_disabled', expected: 'an enabled user' })
  }
  return user
}

/** Like the step after it, answers without a promise where it can: this is the way of nearly every request. */
function verifyBearer(ctx: Context, request: Request): VerifiedToken | Promise<VerifiedToken> {
  const bearer = readBearer(request.header('authorization'))
  if (bearer.kind === 'absent') {
    throw new OAuthError('not_authenticated', 'Not authenticated', {
      reason: 'token_missing',
      expected: 'a Bearer token',
    })
  }
  if (bearer.kind === 'malformed')
    throw invalidToken({ reason: 'authorization_malformed', expected: 'Bearer and one token' })
  const verified = ctx.verifier.verify(bearer.token)
  return verified instanceof Promise ? verified.catch(refuse) : verified
}

function refuse(error: unknown): never {
  throw error instanceof TokenRejected ? invalidToken(error) : error
}

function requireUser(ctx: Context, token: VerifiedToken): User | Promise<User> {
  const found = ctx.store.users.findById(token.subject)
  return found instanceof Promise ? found.then(requireKnown) : requireKnown(found)
}

function requireKnown(user: User | undefined): User {
  if (!user) throw invalidToken({ reason: 'unknown_subject', expected: "the id of a user as the token's sub" })
  return user
}

function requireScopes(ctx: Context, token: VerifiedToken, scopes: readonly string[]): void {
  const granted = token.scopes ?? scopesOfUnscopedToken(ctx)
  if (hasScopes(granted, scopes)) return
  const scope = scopes.join(' ')
  throw new OAuthError('insufficient_scope', 'Not enough permissions', {
    reason: 'scope_missing',
    expected: scope,
    received: granted.join(' '),
    // RFC 6750 §3.1: the challenge MAY name the scope necessary to access the resource.
    headers: { 'www-authenticate': challenge({ error: 'insufficient_scope', scope }) },
  })
}

/** Tokens that the tutorial's own code made with the same secret name no scope. */
function scopesOfUnscopedToken(ctx: Context): readonly string[] {
  return ctx.config.algorithm === 'HS256' ? ctx.config.defaultScopes : []
}

function invalidToken(rejection: {
  reason: string
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
