/** Looks up what decides the next step of an authorization request: sessions, results of its pages, consent. */
import type { Browser } from '../browser/browser.ts'
import type { PageSubject } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import { type AuthorizationState, sessionFor } from '../domain/next-step.ts'
import { mayBeImitated } from '../domain/redirect-uri.ts'
import { findSessions } from '../login/sessions.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readIdTokenHint } from '../tokens/id-token.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AuthorizationTarget } from './authorization-target.ts'
import { isConsented } from './consent.ts'
import { findResults } from './interaction-results.ts'

/** @throws OAuthError `invalid_request` when `id_token_hint` is not an ID token of this client */
export async function readState(
  ctx: Context,
  browser: Browser | undefined,
  { query }: PageSubject,
  target: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<AuthorizationState> {
  const sessions = await findSessions(ctx, browser)
  const requiredUserId = await readRequiredUser(ctx, target, request)
  const session = sessionFor({ sessions, requiredUserId })
  return {
    prompts: request.prompts,
    maxAge: request.maxAge,
    requiredUserId,
    sessions,
    results: browser ? await findResults(ctx, browser, query, { sessions, requiredUserId }) : new Set(),
    isConsented: await isConsented(ctx, session, target, request),
    mayBeImitated: mayBeImitated(target.client, target.redirectUri),
    now: Math.floor(ctx.now()),
  }
}

/** The user who must be logged in, by `id_token_hint` (OIDC Core §3.1.2.1) or the `sub` of `claims` (§5.5.1). */
async function readRequiredUser(
  ctx: Context,
  { client }: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<string | undefined> {
  if (request.idTokenHint === undefined) return request.subject
  const hint = await readIdTokenHint(ctx, request.idTokenHint)
  if (hint && hint.clientId === client.id && (request.subject ?? hint.subject) === hint.subject) return hint.subject
  const received = hint && hint.clientId !== client.id ? { expected: client.id, received: hint.clientId } : {}
  throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this client', {
    reason: 'id_token_hint_invalid',
    ...received,
  })
}
