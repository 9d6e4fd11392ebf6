/** GET and POST /login: username and password, within the same guess budget as the password grant. */

import { type Browser, browserCookie } from '../browser/browser.ts'
import { type PagePost, page, readPagePost } from '../browser/page.ts'
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import { authenticateUser } from '../login/authenticate.ts'
import { readCredentials } from '../login/read-credentials.ts'
import { beginSession } from '../login/sessions.ts'
import { answerOf, type ErrorCode, OAuthError } from '../oauth/errors.ts'
import { loginPage } from '../pages/login.ts'
import type { LoginProblem } from '../pages/text/text.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import { errorAnswer } from './authorization-response.ts'
import { giveAnswer } from './interaction-results.ts'
import { type Authorization, backToAuthorize, readAuthorization, readShownAuthorization } from './read-authorization.ts'

export async function showLogin(ctx: Context, request: Request): Promise<Reply> {
  const authorization = await readShownAuthorization(ctx, request)
  const username = authorization.loginHint ?? (await knownUsername(ctx, authorization)) ?? ''
  return loginReply(ctx, request, request.query, authorization, username, undefined)
}

export async function login(ctx: Context, request: Request): Promise<Reply> {
  const post = await step(request.trace, 'check_form', () => readPagePost(ctx, request))
  const authorization = await readAuthorization(ctx, post.browser, post.query)
  if (post.form.get('decision') === 'cancel') {
    // Told to the client from here: an answer that anybody can give without logging in is not worth a row.
    const denied = new OAuthError('access_denied', 'the user cancelled the login', { reason: 'access_denied' })
    return errorAnswer(ctx.config, authorization.target, denied)
  }
  try {
    return await logIn(ctx, request, post)
  } catch (error) {
    const problem = error instanceof OAuthError ? problems[error.code] : undefined
    if (!(error instanceof OAuthError) || problem === undefined) throw error
    const username = post.form.get('username') ?? ''
    const { status } = answerOf(error.code)
    const reply = loginReply(ctx, request, post.query, authorization, username, problem)
    return { ...reply, status, headers: { ...reply.headers, ...error.headers }, rejection: error }
  }
}

async function logIn(ctx: Context, request: Request, { form, browser: former, query }: PagePost): Promise<Reply> {
  const user = await authenticateUser(ctx, request.trace, { ...readCredentials(form), address: request.address })
  const { browser, session } = await step(
    request.trace,
    'begin_session',
    () => requireSession(ctx, former, user),
    (begun) => ({ session_id: begun.session.id, user_id: user.id }),
  )
  await giveAnswer(ctx, browser, query, session, 'login')
  return { ...backToAuthorize(ctx, query), cookie: browserCookie(ctx, browser) }
}

/** An operator who sets a new password while the old one is being checked ends this login, too. */
async function requireSession(ctx: Context, former: Browser, user: User) {
  const begun = await beginSession(ctx, former, user)
  if (begun) return begun
  throw new OAuthError('incorrect_login', 'Incorrect username or password', {
    reason: 'user_changed',
    expected: 'the user as they were when the login began',
  })
}

/** Who logs in anew, be it for prompt=login or max_age, is most often who is logged in already. */
async function knownUsername(ctx: Context, { session, situation }: Authorization): Promise<string | undefined> {
  if (!session || situation.answers.has('another_account')) return undefined
  return (await ctx.store.users.findById(session.userId))?.username
}

/** What the page says about a login that failed; anything else is an error page. */
const problems: Readonly<Partial<Record<ErrorCode, LoginProblem>>> = {
  incorrect_login: 'incorrect',
  too_many_requests: 'too_many',
  temporarily_unavailable: 'busy',
  invalid_request: 'invalid',
}

function loginReply(
  ctx: Context,
  request: Request,
  query: string,
  { target, clientHost }: Authorization,
  username: string,
  problem: LoginProblem | undefined,
): Reply {
  const about = { query, languageReturn: `login?${query}`, redirectUri: target.redirectUri }
  return page(ctx, request, about, (frame) =>
    loginPage(frame, { request: query, clientName: target.client.name, clientHost, username, problem }),
  )
}
