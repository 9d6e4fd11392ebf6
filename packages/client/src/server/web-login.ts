/** Logs users in to a web app whose server keeps the tokens (OAuth 2.0 for Browser-Based Applications §6.1). */
import { ClientError, isLoginRequired } from '../errors.ts'
import type { IdTokenClaims } from '../oauth/tokens.ts'
import { callback } from './callback.ts'
import { resolveWebLoginOptions } from './config.ts'
import { type Context, createContext } from './context.ts'
import type { SetCookie } from './cookies.ts'
import { failurePage } from './failure-page.ts'
import { login, loginRequired } from './login.ts'
import { logout } from './logout.ts'
import type { WebLoginOptions } from './options.ts'
import { type ApiProxy, createProxy, type ProxyOptions } from './proxy.ts'
import { json } from './responses.ts'
import { findUser, openSession, type WebSession } from './session.ts'
import { sessionStatus } from './session-status.ts'

/** Made by `createWebLogin`. Its functions need no `this`, and take web-standard requests; the adapters make these from others. */
export interface WebLogin {
  /** The app's own origin, from `redirectUri`. */
  readonly origin: string
  /**
   * Answers the routes of the log-in, and `undefined` for every other path:
   *
   * - `GET {base}/login?return_to=/path` begins a log-in that ends at that path of the app
   * - `GET {base}/callback` is the redirect URI
   * - `POST {base}/logout`, sent by a form of the app, logs out here and at the issuer
   * - `GET {base}/session` answers `{ isLoggedIn, claims }` as JSON to the app in the browser
   */
  readonly handle: (request: Request) => Promise<Response | undefined>
  /**
   * Whose request this is; `undefined` when nobody is logged in.
   * @param setCookie gets the `Set-Cookie` lines that the answer must have: without those of a renewal, the user is soon logged out
   */
  readonly session: (request: Request, setCookie: SetCookie) => Promise<WebSession | undefined>
  /**
   * Who is logged in, by the cookies alone: nothing is renewed. For pages that can set no cookie. Nobody is, when the access token has ended
   * and there is no refresh token, or the issuer has refused it.
   */
  readonly user: (request: Request) => Promise<IdTokenClaims | undefined>
  /** What to answer when nobody is logged in: a redirect to the log-in and back for pages, else 401 with `login_required` as JSON. */
  readonly loginRequired: (request: Request) => Response
  /**
   * Does what needs a log-in, and answers `loginRequired` when nobody is logged in, or when the API says so halfway.
   * @param setCookie as for `session`
   */
  readonly requireLogin: <Result>(
    request: Request,
    setCookie: SetCookie,
    work: (session: WebSession) => Result | Promise<Result>,
  ) => Promise<Result | Response>
  /**
   * Lets the app in the browser call an API with the session's token, which the browser never sees: only the app's own pages, and
   * cookies go neither way. The answer is a function for requests, whose answer is `undefined` when the path is not below `prefix`.
   * @throws TypeError or ClientError when the options are wrong
   */
  readonly proxy: (options: ProxyOptions) => ApiProxy
}

type Handler = (context: Context, request: Request) => Response | Promise<Response>

const routes: Readonly<Record<string, { readonly method: string; readonly handler: Handler }>> = {
  '/login': { method: 'GET', handler: loginOrFailure },
  '/callback': { method: 'GET', handler: callback },
  '/logout': { method: 'POST', handler: logout },
  '/session': { method: 'GET', handler: sessionStatus },
}

/** @throws TypeError that names a wrong option and what it may be */
export function createWebLogin(options: WebLoginOptions): WebLogin {
  const config = resolveWebLoginOptions(options)
  const context = createContext(config)
  const { origin, basePath } = config

  const session: WebLogin['session'] = async (request, setCookie) => await openSession(context, request, setCookie)
  return Object.freeze<WebLogin>({
    origin,
    session,
    handle: async (request) => {
      const { pathname } = new URL(request.url)
      const name = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : ''
      const route = Object.hasOwn(routes, name) ? routes[name] : undefined
      if (route === undefined) return undefined
      if (request.method !== route.method) return methodNotAllowed(route.method)
      return await route.handler(context, request)
    },
    user: (request) => findUser(context, request),
    loginRequired: (request) => loginRequired(context, request),
    requireLogin: async (request, setCookie, work) => {
      const opened = await session(request, setCookie)
      if (opened === undefined) return loginRequired(context, request)
      try {
        return await work(opened)
      } catch (error) {
        if (isLoginRequired(error)) return loginRequired(context, request)
        throw error
      }
    },
    proxy: (proxyOptions) => createProxy(context, proxyOptions),
  })
}

async function loginOrFailure(context: Context, request: Request): Promise<Response> {
  try {
    return await login(context, request)
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    context.config.onError(error)
    return failurePage(context.config, error)
  }
}

function methodNotAllowed(allowed: string): Response {
  const answer = json(405, { error: 'method_not_allowed', detail: `Use ${allowed}` })
  answer.headers.set('allow', allowed)
  return answer
}
