/** What the user decided on the pages of an authorization request. Each result counts for one response to the client. */
import { createHash } from 'node:crypto'
import type { Browser } from '../browser/browser.ts'
import { withoutLocale } from '../browser/language.ts'
import type { Context } from '../context.ts'
import { type AuthorizationState, sessionFor } from '../domain/next-step.ts'
import type { InteractionResult, Session } from '../domain/session.ts'
import type { Tables } from '../store/tables.ts'
import type { Authorization } from './authorization.ts'

/** Seconds that a result counts. A user who takes longer is asked again. */
const resultLifetime = 600

type Sessions = Pick<AuthorizationState, 'sessions' | 'requiredUserId'>

/** Records a result. With a session, it counts for that session alone. */
export async function recordResult(
  ctx: Context,
  browser: Browser,
  query: string,
  session: Session | undefined,
  result: InteractionResult,
): Promise<void> {
  const expiresAt = Math.floor(ctx.now()) + resultLifetime
  await ctx.store.interactionResults.record(browser.hash, requestHash(query, session), result, expiresAt)
}

export async function findResults(
  { store, now }: { readonly store: Pick<Tables, 'interactionResults'>; readonly now: Context['now'] },
  browser: Browser,
  query: string,
  sessions: Sessions,
): Promise<ReadonlySet<InteractionResult>> {
  return await store.interactionResults.find(browser.hash, requestHashes(query, sessions), Math.floor(now()))
}

/** Removes the results of a request, and returns those that were still there. In a transaction, no other one can use them. */
export async function takeResults(
  ctx: Context,
  tables: Pick<Tables, 'interactionResults'>,
  { browser, subject, state }: Authorization,
): Promise<ReadonlySet<InteractionResult>> {
  if (!browser) return new Set()
  const hashes = requestHashes(subject.query, state)
  return await tables.interactionResults.take(browser.hash, hashes, Math.floor(ctx.now()))
}

export async function removeResults(ctx: Context, authorization: Authorization): Promise<void> {
  await takeResults(ctx, ctx.store, authorization)
}

/** Results are found under the request alone, and under the request in the session of the user who acted. */
function requestHashes(query: string, sessions: Sessions): readonly string[] {
  // A user who logged in as another one than required has acted, too.
  const session = sessionFor(sessions) ?? sessions.sessions[0]
  return session ? [requestHash(query, undefined), requestHash(query, session)] : [requestHash(query, undefined)]
}

/** Without the language: changing that on a page undoes no result. */
function requestHash(query: string, session: Session | undefined): string {
  const request = withoutLocale(query)
  return createHash('sha256')
    .update(`${session?.id ?? ''}\n${request}`)
    .digest('base64url')
}
