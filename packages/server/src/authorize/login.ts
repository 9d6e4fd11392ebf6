/** GET and POST /login: username and password, within the same login-attempt budget as the password grant. */
import { type Browser, browserCookie, findBrowser } from '../browser/browser.ts'
import type { LoginProblem } from '../browser/page.ts'
import { type CurrentPost, goOn, type PagePost, readPagePost, type StalePost } from '../browser/page-post.ts'
import { returnTarget } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import { passwordAuthentication } from '../domain/authentication-context.ts'
import type { User } from '../domain/user.ts'
import { authenticateUser, emitLoggedIn } from '../login/authenticate.ts'
import { knowDevice } from '../login/known-device.ts'
import { readCredentials } from '../login/read-credentials.ts'
import { beginSession } from '../login/sessions.ts'
import { type ErrorCode, OAuthError, responseOf } from '../oauth/errors.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import type { Authorization } from './authorization.ts'
import { errorResponse } from './authorization-response.ts'
import { recordResult } from './interaction-results.ts'
import { loginForm } from './login-form.ts'
import { readPageAuthorization } from './read-authorization.ts'

export async function showLogin(ctx: Context, request: Request): Promise<Reply> {
  const authorization = await readPageAuthorization(ctx, request.trace, findBrowser(ctx, request), request.query)
  const username = authorization.loginHint ?? (await currentUsername(ctx, authorization)) ?? ''
  return loginForm(ctx, request, authorization, { username })
}

export async function login(ctx: Context, request: Request): Promise<Reply> {
  const post = await readPagePost(ctx, request)
  const isLogin = !post.isStale && !isCancelled(post)
  const answer = () => answerPost(ctx, request, post)
  return await (isLogin ? ctx.logins.admit(answer) : answer())
}

const isCancelled = ({ form }: PagePost) => form.get('decision') === 'cancel'

async function answerPost(ctx: Context, request: Request, post: PagePost): Promise<Reply> {
  const authorization = await readPageAuthorization(ctx, request.trace, post.browser, post.query)
  if (isCancelled(post)) {
    // Sent to the client from here: a result that anyone can give without logging in is not worth a row.
    const denied = new OAuthError('access_denied', 'the user cancelled the login', { reason: 'access_denied' })
    return errorResponse(ctx.config, authorization.target, denied)
  }
  if (post.isStale) return staleLogin(ctx, request, post, authorization)
  try {
    return await logIn(ctx, request, post, authorization)
  } catch (error) {
    const problem = error instanceof OAuthError ? problems[error.code] : undefined
    if (!(error instanceof OAuthError) || problem === undefined) throw error
    const username = post.form.get('username') ?? ''
    const { status } = responseOf(error.code)
    const reply = loginForm(ctx, request, authorization, { username, problem })
    return { ...reply, status, headers: { ...reply.headers, ...error.headers }, rejection: error }
  }
}

/** A user who is logged in by now goes on. For all others the form comes back, with what was typed. */
function staleLogin(ctx: Context, request: Request, post: StalePost, authorization: Authorization): Reply {
  if (authorization.state.sessions.length > 0) return goOn(ctx, post, authorization.subject)
  const isCookieMissing = post.browser === undefined
  const problem = isCookieMissing && wasCookieJustSent(ctx, post) ? 'no_cookies' : 'stale'
  const content = { username: post.form.get('username') ?? '', problem, isCookieSent: isCookieMissing } as const
  const reply = loginForm(ctx, request, authorization, content)
  return { ...reply, status: responseOf(post.rejection.code).status, rejection: post.rejection }
}

/** Seconds. After that, a browser that keeps cookies may have lost it again. */
const cookieTrial = 600

function wasCookieJustSent(ctx: Context, { form }: StalePost): boolean {
  return ctx.now() - Number(form.get('cookie_sent_at') ?? Number.NaN) <= cookieTrial
}

async function logIn(
  ctx: Context,
  request: Request,
  { form, browser: former, query }: CurrentPost,
  { subject }: Authorization,
): Promise<Reply> {
  const user = await authenticateUser(ctx, request, readCredentials(form))
  const { browser, session } = await step(
    request.trace,
    'begin_session',
    () => requireSession(ctx, former, user),
    (begun) => ({ session_id: begun.session.id, user_id: user.subject.id }),
  )
  emitLoggedIn(ctx, request, user)
  await recordResult(ctx, browser, query, session, 'login')
  const cookies = [browserCookie(ctx, browser), knowDevice(ctx, request, user)]
  return { ...seeOther(returnTarget(ctx, subject)), cookies }
}

/** A new password that is set while the old one is being checked ends this login, too. */
async function requireSession(ctx: Context, former: Browser, user: User) {
  const begun = await beginSession(ctx, former, user, passwordAuthentication)
  if (begun) return begun
  throw new OAuthError('incorrect_login', 'Incorrect username or password', {
    reason: 'user_changed',
    expected: 'the user as they were when the login began',
  })
}

/** A user who has to log in again, by prompt=login or max_age, is most often the one who is logged in. */
async function currentUsername(ctx: Context, { session, state }: Authorization): Promise<string | undefined> {
  if (!session || state.results.has('another_account')) return undefined
  const profile = (await ctx.store.users.findById(session.userId))?.profile
  return ctx.loginWith.includes('username') ? profile?.username : (profile?.email ?? undefined)
}

/** What the page says about a failed login. All other errors get an error page. */
const problems: Readonly<Partial<Record<ErrorCode, LoginProblem>>> = {
  incorrect_login: 'incorrect',
  too_many_requests: 'too_many',
  temporarily_unavailable: 'busy',
  invalid_request: 'invalid',
}
