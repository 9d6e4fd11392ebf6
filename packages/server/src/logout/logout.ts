/**
 * GET and POST /logout (OpenID Connect RP-Initiated Logout §2), and POST /logout/confirm of its page. The session of the ID token
 * that the client sends ends at once. In all other cases the user is asked, so that no link or image logs anyone out.
 */
import { type Browser, expiredBrowserCookie, findBrowser } from '../browser/browser.ts'
import { page } from '../browser/page.ts'
import { goOn, readPagePost } from '../browser/page-post.ts'
import type { PageSubject } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import type { Client } from '../domain/client.ts'
import type { Session } from '../domain/session.ts'
import { occurrence } from '../hooks/events.ts'
import { findSessions } from '../login/sessions.ts'
import { OAuthError } from '../oauth/errors.ts'
import { readForm, readParameters } from '../oauth/form.ts'
import { targetOfForm } from '../oauth/post-to-get.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import { type EndedSessions, endBrowserSession, endBrowserSessions, endIdleSession } from './end-sessions.ts'
import { type LogoutRequest, readLogoutRequest } from './logout-request.ts'

export async function logout(ctx: Context, request: Request): Promise<Reply> {
  const subject: PageSubject = { kind: 'logout', query: request.query }
  const requested = await step(request.trace, 'check_request', () => readLogoutRequest(ctx, request.query))
  const browser = findBrowser(ctx, request)
  const sessions = await findSessions(ctx, browser)
  const [current] = sessions
  const hinted = sessions.find((session) => session.id === requested.hint?.sessionId)
  if (!hinted) await endHintedSession(ctx, requested)
  if (!browser || !current) return loggedOut(ctx, request, subject, requested)
  if (hinted) {
    return await endSessions(ctx, request, subject, requested, () => endBrowserSession(ctx, browser, hinted))
  }
  // §2: the server SHOULD ask. §6: without a hint for a session of this browser it must, since anyone may have sent the user here.
  const content = {
    request: subject.query,
    clientName: requested.client?.name,
    username: await usernameOf(ctx, current),
  }
  const redirectUri = requested.returnTo
  return page(ctx, request, { subject, path: 'logout', redirectUri }, { page: 'logout', content })
}

/** The session of the hint may have ended by itself, while its clients went on refreshing their tokens. */
async function endHintedSession(ctx: Context, { hint }: LogoutRequest): Promise<void> {
  if (hint?.sessionId === undefined) return
  await endIdleSession(ctx, { id: hint.sessionId, userId: hint.subject })
  void ctx.logoutDelivery.deliver()
}

/** §2: POST MUST be supported. It becomes a GET, since a post from another site brings no cookie. */
export function logoutByPost(ctx: Context, request: Request): Reply {
  if (request.query !== '') {
    throw new OAuthError('invalid_request', 'parameters must be sent in the body alone', {
      reason: 'parameter_in_query',
    })
  }
  readForm(request)
  readParameters(request.body)
  return seeOther(targetOfForm(`${ctx.config.basePath}/logout`, request.body))
}

/** What the user decided on the page. */
export async function confirmLogout(ctx: Context, request: Request): Promise<Reply> {
  const post = await readPagePost(ctx, request)
  const { form, query } = post
  const subject: PageSubject = { kind: 'logout', query }
  const requested = await step(request.trace, 'check_request', () => readLogoutRequest(ctx, query))
  if (post.isStale) return goOn(ctx, post, subject)
  const { browser } = post
  switch (form.get('decision')) {
    case 'logout':
      return await endSessions(ctx, request, subject, requested, () => endBrowserSessions(ctx, browser))
    case 'stay':
      return await stillLoggedIn(ctx, request, subject, requested, browser)
    default:
      throw new OAuthError('invalid_request', 'decision must be logout or stay', {
        reason: 'interaction_malformed',
        expected: 'logout or stay',
      })
  }
}

/** The browser keeps its cookie while another user is logged in there. */
async function endSessions(
  ctx: Context,
  request: Request,
  subject: PageSubject,
  requested: LogoutRequest,
  end: () => Promise<EndedSessions>,
): Promise<Reply> {
  const { isLast, ended } = await step(request.trace, 'end_sessions', end, (done) => ({ sessions: done.ended.length }))
  for (const { userId } of ended) {
    const revoked = { clientId: undefined, userId, grantId: undefined }
    ctx.emit({ type: 'revoked', what: 'session', ...revoked, ...occurrence(ctx, request) })
  }
  void ctx.logoutDelivery.deliver()
  const shown = loggedOut(ctx, request, subject, requested)
  const reply = { ...shown, headers: { ...shown.headers, 'clear-site-data': clearedData(ctx) } }
  return isLast ? { ...reply, cookies: [expiredBrowserCookie(ctx)] } : reply
}

/**
 * Never "cookies", which would reach those of all sites under the same domain (Clear Site Data). Below a path, the storage of the
 * origin belongs to the application around this server.
 */
function clearedData({ config }: Context): string {
  return config.basePath === '' ? '"cache", "storage"' : '"cache"'
}

/** Back to the client, where it gave an address, or else a page. */
function loggedOut(ctx: Context, request: Request, subject: PageSubject, { client, returnTo }: LogoutRequest): Reply {
  if (returnTo !== undefined) return seeOther(returnTo)
  const content = { clientName: client?.name, returnUri: client?.clientUri, loginUri: client && applicationUri(client) }
  return page(ctx, request, { subject, path: 'logout' }, { page: 'logged_out', content })
}

/** Where the application is, which begins a login: its registered address, or the origin of the pages that it gets codes at. */
function applicationUri({ clientUri, redirectUris }: Client): string | undefined {
  if (clientUri !== undefined) return clientUri
  const page = redirectUris.find((uri) => /^https?:/.test(uri))
  return page && new URL('/', page).href
}

/** §3: the client learns nothing about a user who stays. */
async function stillLoggedIn(
  ctx: Context,
  request: Request,
  subject: PageSubject,
  requested: LogoutRequest,
  browser: Browser,
): Promise<Reply> {
  const [current] = await findSessions(ctx, browser)
  const username = current && (await usernameOf(ctx, current))
  // The user has logged out in another tab.
  if (username === undefined) return loggedOut(ctx, request, subject, requested)
  return page(ctx, request, { subject, path: 'logout' }, { page: 'still_logged_in', content: { username } })
}

async function usernameOf(ctx: Context, session: Session): Promise<string | undefined> {
  return (await ctx.store.users.findById(session.userId))?.profile.username
}
