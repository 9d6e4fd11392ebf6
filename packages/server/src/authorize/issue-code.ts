/** Issues the authorization code (RFC 6749 §4.1.2): the grant and its code, in one transaction with what allowed them. */
import type { Context } from '../context.ts'
import { type Client, mayUseGrant } from '../domain/client.ts'
import { type Grant, isOffline } from '../domain/grant.ts'
import { nextStep } from '../domain/next-step.ts'
import type { InteractionResult, Session } from '../domain/session.ts'
import { touchSession } from '../login/sessions.ts'
import type { Tables } from '../store/tables.ts'
import { codeLifetime, newAuthorizationCode } from '../tokens/authorization-code.ts'
import { hashToken } from '../tokens/random-token.ts'
import type { Authorization } from './authorization.ts'
import { lockConsent, rememberConsent } from './consent.ts'
import { findResults, takeResults } from './interaction-results.ts'

/** Seconds that a grant whose code was not exchanged is kept, so that `countersign why` can tell what happened to the code. */
const unclaimedLifetime = 600

/** The code, or why there is none: what allowed it has changed, or the user denied the request in another tab. */
export type Issued = { readonly code: string } | { readonly code?: never; readonly problem: 'changed' | 'denied' }

/**
 * Nothing is issued when the session ended, the consent was withdrawn, or another request used the results of the pages. Each is
 * locked first, so that ending it happens before this transaction or after it, never in between.
 */
export async function issueCode(ctx: Context, authorization: Authorization, session: Session): Promise<Issued> {
  const now = Math.floor(ctx.now())
  const { target, request } = authorization
  const grant = newGrant(ctx, authorization, session, now)
  const code = newAuthorizationCode(ctx.random)
  const problem = await ctx.store.transaction(async (tables) => {
    if (!(await tables.sessions.lock(session.id))) return 'changed'
    const changed = await usePermission(ctx, tables, authorization, session)
    if (changed !== undefined) return changed
    await tables.grants.insert(grant)
    await tables.authorizationCodes.insert(hashToken(code), {
      grantId: grant.id,
      redirectUri: target.isRedirectUriGiven ? target.redirectUri : null,
      nonce: request.nonce ?? null,
      codeChallenge: request.codeChallenge ?? null,
      expiresAt: now + codeLifetime,
      grantEndsAt: endOfGrant(ctx, target.client, grant, session, now),
    })
    return undefined
  })
  if (problem !== undefined) return { problem }
  await touchSession(ctx, session)
  return { code }
}

/** Uses what allows the code: remembered consent, and each result once. `undefined`: the code may be issued. */
async function usePermission(
  ctx: Context,
  tables: Tables,
  authorization: Authorization,
  session: Session,
): Promise<'changed' | 'denied' | undefined> {
  const { state } = authorization
  // A consent that is being remembered is proved by its result, and the consent's row is locked only once, when it is written: two
  // requests that each lock it twice could wait for each other.
  const isAdding = state.results.has('remember')
  if (!isAdding && !(await lockConsent(ctx, tables, authorization, session))) return 'changed'
  const results = await useResults(ctx, tables, authorization)
  if (results.has('denied')) return 'denied'
  if (nextStep({ ...state, isConsented: state.isConsented && !isAdding, results }).step !== 'issue') return 'changed'
  if (results.has('consent') && results.has('remember')) await rememberConsent(ctx, tables, authorization, session)
  return undefined
}

/** Uses the results that led here. What was decided in another tab since then stays for the next decision, except a denial. */
async function useResults(
  ctx: Context,
  tables: Tables,
  authorization: Authorization,
): Promise<ReadonlySet<InteractionResult>> {
  const { browser, subject, state } = authorization
  if (!browser) return new Set()
  // Nearly always the user was not asked, and there is nothing to remove.
  if (state.results.size === 0) {
    const found = await findResults({ store: tables, now: ctx.now }, browser, subject.query, state)
    if (!found.has('denied')) return found
  }
  return await takeResults(ctx, tables, authorization)
}

function newGrant(ctx: Context, { target, request }: Authorization, session: Session, now: number): Grant {
  return {
    id: ctx.random.id(),
    clientId: target.client.id,
    userId: session.userId,
    amr: session.amr,
    acr: session.acr,
    sessionId: session.id,
    scopes: request.scopes,
    resources: request.resources,
    claims: request.claims,
    authenticatedAt: session.authenticatedAt,
    createdAt: now,
    // The exchange of the code extends it. A grant that no client claims is not kept.
    expiresAt: now + unclaimedLifetime,
    revokedAt: null,
  }
}

/**
 * Without refresh tokens a grant ends with its only access token. A client with back-channel logout must still be found when the
 * session ends. Without offline access a grant ends with its session.
 */
function endOfGrant(ctx: Context, client: Client, grant: Grant, session: Session, now: number): number {
  const onlyAccessToken = now + codeLifetime + ctx.config.accessTokenLifetime
  if (!mayUseGrant(client, 'refresh_token')) {
    return client.backchannelLogoutUri === undefined ? onlyAccessToken : Math.max(onlyAccessToken, session.expiresAt)
  }
  const latest = now + ctx.config.refreshTokenLifetime
  return Math.max(onlyAccessToken, isOffline(grant) ? latest : Math.min(latest, session.expiresAt))
}
