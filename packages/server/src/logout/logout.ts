/**
 * GET and POST /logout (OpenID Connect RP-Initiated Logout §2), and what its page posts to /logout/confirm. What ends at once is the
 * session of the ID token that the client shows; anybody else is asked, so that no link or image logs a person out.
 */
import { type Browser, findBrowser, forgottenBrowser } from '../browser/browser.ts'
import { page, readPagePost } from '../browser/page.ts'
import type { Context } from '../context.ts'
import type { Session } from '../domain/session.ts'
import { findSessions } from '../login/sessions.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readForm, readParameters } from '../oauth/form.ts'
import { sentOn } from '../oauth/post-to-get.ts'
import { logoutPage, signedInPage, signedOutPage } from '../pages/logout.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import { type EndedSessions, endBrowserSession, endBrowserSessions, endLeftOver } from './end-sessions.ts'
import { type LogoutRequest, readLogoutRequest } from './logout-request.ts'

export async function logout(ctx: Context, request: Request): Promise<Reply> {
  const { query } = request
  const asked = await step(request.trace, 'check_request', () => readLogoutRequest(ctx, query))
  const browser = findBrowser(ctx, request)
  const sessions = await findSessions(ctx, browser)
  const [current] = sessions
  const hinted = sessions.find((session) => session.id === asked.hint?.sessionId)
  if (!hinted) await endHinted(ctx, asked)
  if (!browser || !current) return loggedOut(ctx, request, query, asked)
  if (hinted) {
    return await endSessions(ctx, request, query, asked, () => endBrowserSession(ctx, browser, hinted))
  }
  // §2: the server SHOULD ask. §6: without a hint of a session here it has to, since anyone may have sent them.
  const username = await usernameOf(ctx, current)
  const about = { query, languageReturn: `logout?${query}`, redirectUri: asked.returnTo }
  return page(ctx, request, about, (frame) =>
    logoutPage(frame, { request: query, clientName: asked.client?.name, username }),
  )
}

/** The session of the hint may have ended by itself, while its clients went on refreshing. */
async function endHinted(ctx: Context, { hint }: LogoutRequest): Promise<void> {
  if (hint?.sessionId === undefined) return
  await endLeftOver(ctx, { id: hint.sessionId, userId: hint.subject })
  void ctx.logoutDelivery.deliver()
}

/** §2: POST MUST be supported. Sent on with GET, since a post from another site brings no cookie. */
export function logoutByPost(ctx: Context, request: Request): Reply {
  if (request.query !== '') {
    throw new OAuthError('invalid_request', 'parameters must be sent in the body alone', {
      reason: 'parameter_in_query',
    })
  }
  readForm(request)
  readParameters(request.body)
  return seeOther(sentOn(`${ctx.config.basePath}/logout`, request.body))
}

/** What a person answered on the page. */
export async function confirmLogout(ctx: Context, request: Request): Promise<Reply> {
  const { form, browser, query } = await step(request.trace, 'check_form', () => readPagePost(ctx, request))
  const asked = await step(request.trace, 'check_request', () => readLogoutRequest(ctx, query))
  switch (form.get('decision')) {
    case 'logout':
      return await endSessions(ctx, request, query, asked, () => endBrowserSessions(ctx, browser))
    case 'stay':
      return await stayed(ctx, request, browser, query, asked)
    default:
      throw new OAuthError('invalid_request', 'decision must be logout or stay', {
        reason: 'interaction_malformed',
        expected: 'logout or stay',
      })
  }
}

/** The browser keeps its cookie for as long as somebody else is logged in there. */
async function endSessions(
  ctx: Context,
  request: Request,
  query: string,
  asked: LogoutRequest,
  end: () => Promise<EndedSessions>,
): Promise<Reply> {
  const { isBrowserDone } = await step(request.trace, 'end_sessions', end, ({ ended }) => ({ sessions: ended.length }))
  void ctx.logoutDelivery.deliver()
  const reply = loggedOut(ctx, request, query, asked)
  return isBrowserDone ? { ...reply, cookie: forgottenBrowser(ctx) } : reply
}

/** Back to the client where it said to where, else a page. */
function loggedOut(ctx: Context, request: Request, query: string, { client, returnTo }: LogoutRequest): Reply {
  if (returnTo !== undefined) return seeOther(returnTo)
  const about = { query, languageReturn: undefined, redirectUri: undefined }
  return page(ctx, request, about, (frame) =>
    signedOutPage(frame, { clientName: client?.name, returnUri: client?.clientUri }),
  )
}

/** §3: the client learns nothing of a user who stays. */
async function stayed(
  ctx: Context,
  request: Request,
  browser: Browser,
  query: string,
  asked: LogoutRequest,
): Promise<Reply> {
  const [current] = await findSessions(ctx, browser)
  const username = current && (await usernameOf(ctx, current))
  // Logged out in another tab, meanwhile.
  if (username === undefined) return loggedOut(ctx, request, query, asked)
  const about = { query, languageReturn: undefined, redirectUri: undefined }
  return page(ctx, request, about, (frame) => signedInPage(frame, { username }))
}

async function usernameOf(ctx: Context, session: Session): Promise<string | undefined> {
  return (await ctx.store.users.findById(session.userId))?.username
}
