/** Lets the app in the browser call an API with the session's token, which the browser never sees (backend for frontend). */
import { requireApi } from '../api-fetch.ts'
import { ClientError } from '../errors.ts'
import { json, withCookies } from './answers.ts'
import type { Context } from './context.ts'
import { headersToApi, headersToBrowser } from './proxy-headers.ts'
import { isBelow, proxiedPath, proxyTarget } from './proxy-path.ts'
import { isFromSameOrigin, mayRead } from './same-origin.ts'
import { openSession, type WebSession } from './session.ts'

/** Which paths of the app stand for which API. */
export interface ProxyOptions {
  /** A path of the app without a slash at its end, such as `/api`. */
  readonly prefix: string
  /** What takes its place: a URL of the API without a query, under the option `apis`. */
  readonly to: string
}

/** The same, checked. */
interface Proxied {
  readonly prefix: string
  readonly api: URL
}

/** Answers the requests below `prefix`, and `undefined` for all others. */
export type ApiProxy = (request: Request) => Promise<Response | undefined>

/** @throws TypeError that names a wrong option; ClientError `api_not_allowed` when `to` is not under `apis` */
export function createProxy(context: Context, { prefix, to }: ProxyOptions): ApiProxy {
  if (!/^(\/[\w.~-]+)+$/.test(prefix))
    throw new TypeError('prefix must be a path without a slash at its end, such as /api')
  if (!URL.canParse(to) || /[?#]/.test(to)) throw new TypeError('to must be a URL without query and fragment')
  const proxied = { prefix, api: new URL(to) }
  requireApi(context.config.client.apis, proxied.api)
  return (request) => answer(context, request, proxied)
}

async function answer(context: Context, request: Request, proxied: Proxied): Promise<Response | undefined> {
  const url = new URL(request.url)
  if (!isBelow(url.pathname, proxied.prefix)) return undefined
  const target = proxyTarget(url, proxied.prefix, proxied.api)
  if (target === undefined) return json(400, { error: 'invalid_path', detail: 'The path must be a plain one' })
  // The cookie comes along with requests of other sites too (CSRF): only the app's own pages may call the API.
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!(isRead ? mayRead(request) : isFromSameOrigin(request, context.config.origin))) {
    return json(403, { error: 'cross_origin', detail: 'Only pages of this app may call the API' })
  }

  const lines: string[] = []
  const session = await openSession(context, request, (line) => lines.push(line))
  return withCookies(await answerFor(context, session, request, target, proxied), lines)
}

async function answerFor(
  { config }: Context,
  session: WebSession | undefined,
  request: Request,
  target: URL,
  proxied: Proxied,
): Promise<Response> {
  try {
    if (session === undefined) throw new ClientError('login_required', 'Nobody is logged in')
    return toBrowser(await session.fetch(target, toApi(request)), target, proxied)
  } catch (cause) {
    const message = `${target.origin} gives no answer`
    const error = cause instanceof ClientError ? cause : new ClientError('network_error', message, { cause })
    if (error.code === 'login_required') return json(401, { error: error.code, detail: 'Log in first' })
    config.onError(error)
    return json(502, { error: 'api_unreachable', detail: 'The API gives no answer' })
  }
}

function toApi(request: Request): RequestInit {
  return {
    method: request.method,
    headers: headersToApi(request.headers),
    // A redirect is the browser's to follow, and may lead out of the API.
    redirect: 'manual',
    signal: request.signal,
    // Fetch §5.4: a body that is a stream needs duplex.
    ...(request.body && { body: request.body, duplex: 'half' }),
  }
}

function toBrowser(answer: Response, target: URL, { prefix, api }: Proxied): Response {
  const headers = headersToBrowser(answer.headers)
  const location = answer.headers.get('location')
  if (location !== null) {
    const path = URL.canParse(location, target.href) && proxiedPath(new URL(location, target), prefix, api)
    if (!path) {
      void answer.body?.cancel()
      throw new ClientError('redirect_refused', `${target.origin} redirects out of ${api.href}`)
    }
    headers.set('location', path)
  }
  return new Response(answer.body, { status: answer.status, headers })
}
