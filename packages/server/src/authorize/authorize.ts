/**
 * GET and POST /authorize (RFC 6749 §3.1, OIDC Core §3.1.2). Decides what comes next for an authorization request; the pages
 * post their answers elsewhere and come back to here. Before the redirect URI is proven, errors are pages; after it, redirects.
 */
import { findBrowser } from '../browser/browser.ts'
import type { Context } from '../context.ts'
import { type Client, mayUseGrant } from '../domain/client.ts'
import { type Grant, isOffline } from '../domain/grant.ts'
import { type NextStep, nextStep, type Situation } from '../domain/next-step.ts'
import type { Session } from '../domain/session.ts'
import { touchSession } from '../login/sessions.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Form, readForm, readParameters } from '../oauth/form.ts'
import { sentOn } from '../oauth/post-to-get.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { codeLifetime, newAuthorizationCode } from '../tokens/authorization-code.ts'
import { hashToken } from '../tokens/random-token.ts'
import { step } from '../trace/trace.ts'
import { type AuthorizationRequest, readAuthorizationRequest } from './authorization-request.ts'
import { codeAnswer, errorAnswer } from './authorization-response.ts'
import { type AuthorizationTarget, readAuthorizationTarget } from './authorization-target.ts'
import { holdConsent } from './consent.ts'
import { answeredAs, forgetAnswers, readSituation } from './interaction-results.ts'

/** Seconds that a grant whose code was not exchanged is kept, for `why` to tell what became of the code. */
const unclaimedLifetime = 600

export async function authorize(ctx: Context, request: Request): Promise<Reply> {
  const parameters = await step(request.trace, 'read_request', () => readParameters(request.query))
  const target = await step(
    request.trace,
    'check_redirect_uri',
    () => readAuthorizationTarget(ctx, parameters),
    ({ client }) => ({ client_id: client.id }),
  )
  try {
    return await decide(ctx, request, parameters, target)
  } catch (error) {
    // RFC 6749 §4.1.2.1: from here on the client is told, at its redirect URI. A fault of ours stays a page.
    if (error instanceof OAuthError) return errorAnswer(ctx.config, target, error)
    throw error
  }
}

/** OIDC Core §3.1.2.1: POST MUST be supported. Sent on with GET, since a post from another site brings no cookie. */
export function authorizeByPost(ctx: Context, request: Request): Reply {
  if (request.query !== '') {
    throw new OAuthError('invalid_request', 'parameters must be sent in the body alone', {
      reason: 'parameter_in_query',
    })
  }
  readForm(request)
  readParameters(request.body)
  return seeOther(sentOn(`${ctx.config.basePath}/authorize`, request.body))
}

async function decide(ctx: Context, request: Request, parameters: Form, target: AuthorizationTarget): Promise<Reply> {
  const { client } = target
  const asked = await step(request.trace, 'check_request', () =>
    readAuthorizationRequest(ctx.config, client, parameters),
  )
  const browser = findBrowser(ctx, request)
  const situation = await readSituation(ctx, browser, request.query, target, asked)
  const next = await step(
    request.trace,
    'next_step',
    () => nextStep(situation),
    ({ step: name }) => ({ step: name }),
  )
  switch (next.step) {
    case 'issue': {
      // Nearly always nothing was asked: then this would be a write for nothing.
      if (situation.answers.size > 0) await forgetAnswers(ctx, browser, request.query, next.session)
      const answer = await step(request.trace, 'issue_code', () =>
        issueCode(ctx, target, asked, next.session, situation),
      )
      return answer ?? seeOther(`${ctx.config.basePath}/authorize?${request.query}`)
    }
    case 'error':
      await forgetAnswers(ctx, browser, request.query, answeredAs(situation))
      throw refused(next.error)
    default:
      return seeOther(`${ctx.config.basePath}${pages[next.step]}?${request.query}`)
  }
}

/** Where the page of each step is. */
const pages: Readonly<Record<Exclude<NextStep['step'], 'issue' | 'error'>, string>> = {
  login: '/login',
  select_account: '/select-account',
  consent: '/consent',
}

function refused(reason: Extract<NextStep, { step: 'error' }>['error']): OAuthError {
  switch (reason) {
    case 'login_required':
      return new OAuthError('login_required', 'the user has to log in', { reason })
    case 'another_user_logged_in':
      return new OAuthError('login_required', 'another user than the required one has logged in', { reason })
    case 'consent_required':
      return new OAuthError('consent_required', 'the user has to consent', { reason })
    case 'access_denied':
      return new OAuthError('access_denied', 'the user refused', { reason })
  }
}

/**
 * The grant is made with its code: what is exchanged later was settled here. The session and the consent are held first, so that
 * whoever ends one, and revokes what came of it, comes before this, or after, but not between. `undefined`: one has ended.
 */
async function issueCode(
  ctx: Context,
  target: AuthorizationTarget,
  asked: AuthorizationRequest,
  session: Session,
  situation: Situation,
): Promise<Reply | undefined> {
  const now = Math.floor(ctx.now())
  const grant: Grant = {
    id: ctx.random.id(),
    clientId: target.client.id,
    userId: session.userId,
    sessionId: session.id,
    scopes: asked.scopes,
    resources: asked.resources,
    claims: asked.claims,
    authenticatedAt: session.authenticatedAt,
    createdAt: now,
    // Until its code is exchanged: what nobody comes for is not kept.
    expiresAt: now + unclaimedLifetime,
    revokedAt: null,
  }
  const code = newAuthorizationCode(ctx.random)
  const isIssued = await ctx.store.transaction(async ({ sessions, consents, grants, authorizationCodes }) => {
    if (!(await sessions.hold(session.id))) return false
    if (!(await holdConsent(ctx, { consents }, situation, session, target, asked))) return false
    await grants.insert(grant)
    await authorizationCodes.insert(hashToken(code), {
      grantId: grant.id,
      redirectUri: target.isRedirectUriGiven ? target.redirectUri : null,
      nonce: asked.nonce ?? null,
      codeChallenge: asked.codeChallenge ?? null,
      expiresAt: now + codeLifetime,
      grantEndsAt: endOfGrant(ctx, target.client, asked, session, now),
    })
    return true
  })
  if (!isIssued) return undefined
  await touchSession(ctx, session)
  return codeAnswer(ctx.config, target, code)
}

/**
 * Without refresh tokens a grant ends with its only access token, but a client that is told of logouts has to be found when the
 * session ends; without offline access, a grant ends with its session.
 */
function endOfGrant(ctx: Context, client: Client, asked: AuthorizationRequest, session: Session, now: number): number {
  const onlyAccessToken = now + codeLifetime + ctx.config.accessTokenLifetime
  if (!mayUseGrant(client, 'refresh_token')) {
    return client.backchannelLogoutUri === undefined ? onlyAccessToken : Math.max(onlyAccessToken, session.expiresAt)
  }
  const longest = now + ctx.config.refreshTokenLifetime
  return Math.max(onlyAccessToken, isOffline(asked) ? longest : Math.min(longest, session.expiresAt))
}
