/** Where a person stands between `/authorize` and its answer: who is logged in, and what was answered on the pages. */
import { createHash } from 'node:crypto'
import type { Browser } from '../browser/browser.ts'
import type { Context } from '../context.ts'
import { type Situation, sessionFor } from '../domain/next-step.ts'
import type { InteractionAnswer, Session } from '../domain/session.ts'
import { findSessions } from '../login/sessions.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readIdTokenHint } from '../tokens/id-token.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AuthorizationTarget } from './authorization-target.ts'
import { isConsented } from './consent.ts'

/** Seconds that an answer counts. Who takes longer is asked again. */
const answerLifetime = 600

/** Looks up what decides the next step. `query` is the authorization request as it came. */
export async function readSituation(
  ctx: Context,
  browser: Browser | undefined,
  query: string,
  target: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<Situation> {
  const sessions = await findSessions(ctx, browser)
  const requiredUserId = await readRequiredUser(ctx, target, request)
  const session = sessionFor({ sessions, requiredUserId })
  const answers = await findAnswers(ctx, browser, query, answeredAs({ sessions, requiredUserId }))
  return {
    prompts: request.prompts,
    maxAge: request.maxAge,
    requiredUserId,
    sessions,
    answers,
    isConsented: await isConsented(ctx, session, target, request),
    now: Math.floor(ctx.now()),
  }
}

/** The session that answers are looked for under: who logged in as another user than the required one has answered, too. */
export function answeredAs(situation: Pick<Situation, 'sessions' | 'requiredUserId'>): Session | undefined {
  return sessionFor(situation) ?? situation.sessions[0]
}

/** Notes an answer: one about the account holds for that session alone, any other for the request. */
export async function giveAnswer(
  ctx: Context,
  browser: Browser,
  query: string,
  session: Session | undefined,
  answer: InteractionAnswer,
): Promise<void> {
  const expiresAt = Math.floor(ctx.now()) + answerLifetime
  await ctx.store.interactionAnswers.give(browser.hash, requestHash(query, session), answer, expiresAt)
}

/** Each answer counts for one answer to the client. */
export async function forgetAnswers(
  ctx: Context,
  browser: Browser | undefined,
  query: string,
  session: Session | undefined,
): Promise<void> {
  if (browser) await ctx.store.interactionAnswers.remove(browser.hash, requestHashes(query, session))
}

async function findAnswers(
  ctx: Context,
  browser: Browser | undefined,
  query: string,
  session: Session | undefined,
): Promise<ReadonlySet<InteractionAnswer>> {
  if (!browser) return new Set()
  return ctx.store.interactionAnswers.find(browser.hash, requestHashes(query, session), Math.floor(ctx.now()))
}

function requestHashes(query: string, session: Session | undefined): readonly string[] {
  return session ? [requestHash(query, undefined), requestHash(query, session)] : [requestHash(query, undefined)]
}

/** The language is left out: a person may change it on a page, and has answered all the same. */
function requestHash(query: string, session: Session | undefined): string {
  const asked = query.replace(/(?:^|&)ui_locales=[^&]*/, '')
  return createHash('sha256')
    .update(`${session?.id ?? ''}\n${asked}`)
    .digest('base64url')
}

async function readRequiredUser(
  ctx: Context,
  { client }: AuthorizationTarget,
  request: AuthorizationRequest,
): Promise<string | undefined> {
  if (request.idTokenHint === undefined) return request.subject
  const hint = await readIdTokenHint(ctx, request.idTokenHint)
  if (!hint || hint.clientId !== client.id || (request.subject ?? hint.subject) !== hint.subject) {
    const received = hint && hint.clientId !== client.id ? { expected: client.id, received: hint.clientId } : {}
    throw new OAuthError('invalid_request', 'id_token_hint is not an ID token of this client', {
      reason: 'id_token_hint_invalid',
      ...received,
    })
  }
  return hint.subject
}
