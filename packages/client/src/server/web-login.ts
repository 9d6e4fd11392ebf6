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

/** Made by `createWebLogin`. The functions need no `this`. They take web-standard requests; the adapters convert others. */
export interface WebLogin {
  /** The app's own origin, from `redirectUri`. */
  readonly origin: string
  /**
   * Responds to the routes of the login, and returns `undefined` for every other path:
   *
   * - `GET {base}/login?return_to=/path` begins a login, after which the browser goes to that path of the app
   * - `GET {base}/callback` is the redirect URI
   * - `POST {base}/logout`, sent by a form of the app, logs out here and at the issuer
   * - `GET {base}/session` returns `{ isLoggedIn, claims }` as JSON for the app in the browser
   */
  readonly handle: (request: Request) => Promise<Response | undefined>
  /**
   * The session of a request; `undefined` when no user is logged in.
   * @param setCookie receives the `Set-Cookie` lines for the response: if those of a renewal are missing, the user is soon logged out
   */
  readonly session: (request: Request, setCookie: SetCookie) => Promise<WebSession | undefined>
  /**
   * The user who is logged in, by the cookies alone: nothing is renewed. For pages that cannot set cookies. `undefined` when the access
   * token has expired and there is no refresh token, or when the issuer has rejected it.
   */
  readonly user: (request: Request) => Promise<IdTokenClaims | undefined>
  /** The response when no user is logged in: for pages a redirect to log in and come back, otherwise 401 with `login_required` as JSON. */
  readonly loginRequired: (request: Request) => Response
  /**
   * Does work that needs a login. Returns `loginRequired` when no user is logged in, or when the session ends during the work.
   * @param setCookie as for `session`
   */
  readonly requireLogin: <Result>(
    request: Request,
    setCookie: SetCookie,
    work: (session: WebSession) => Result | Promise<Result>,
  ) => Promise<Result | Response>
  /**
   * Lets the app in the browser call an API with the session's token, which the browser never sees. Only the app's own pages may call it,
   * and no cookies are forwarded. Returns a function for requests, which returns `undefined` when the path is not below `prefix`.
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
  const response = json(405, { error: 'method_not_allowed', detail: `Use ${allowed}` })
  response.headers.set('allow', allowed)
  return response
}
