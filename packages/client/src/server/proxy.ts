/** Lets the app in the browser call an API with the session's token, which the browser never sees (backend for frontend). */
import { requireApi } from '../api-fetch.ts'
import { ClientError } from '../errors.ts'
import { checkOptions, type Rule } from '../options/check-options.ts'
import type { Context } from './context.ts'
import { headersToApi, headersToBrowser, mayBePassed } from './proxy-headers.ts'
import { isBelow, proxiedPath, proxyTarget } from './proxy-path.ts'
import { json, withCookies } from './responses.ts'
import { isFromSameOrigin, isToRun, mayRead } from './same-origin.ts'
import { openSession, type WebSession } from './session.ts'

/** Which paths of the app stand for which API. */
export interface ProxyOptions {
  /** A path of the app without a slash at its end, such as `/api`. */
  readonly prefix: string
  /** What takes its place: a URL of the API without a query, under the option `apis`. */
  readonly to: string
  /**
   * Headers to pass on beside the usual ones, in requests and in answers, such as `['x-total-count']`.
   * @default none
   */
  readonly headers?: readonly string[]
}

/** The same, checked. */
interface Proxied {
  readonly prefix: string
  readonly api: URL
  readonly headers: readonly string[]
}

/** Answers the requests below `prefix`, and `undefined` for all others. */
export type ApiProxy = (request: Request) => Promise<Response | undefined>

const rules: { readonly [Option in keyof Required<ProxyOptions>]: Rule } = {
  prefix: {
    isMet: (value) => typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value),
    expected: 'a path without a slash at its end, such as /api',
  },
  to: {
    isMet: (value) => typeof value === 'string' && URL.canParse(value) && !/[?#]/.test(value),
    expected: 'a URL without query and fragment',
  },
  headers: {
    isMet: (value) => Array.isArray(value) && value.every(mayBePassed),
    expected: 'a list of names of headers, and none that the proxy itself sees to, such as cookie',
  },
}

/** @throws TypeError that names a wrong option; ClientError `api_not_allowed` when `to` is not under `apis` */
export function createProxy(context: Context, options: ProxyOptions): ApiProxy {
  checkOptions('proxy', options, rules, ['prefix', 'to'])
  const { prefix, to, headers = [] } = options
  const proxied = { prefix, api: new URL(to), headers: headers.map((name) => name.toLowerCase()) }
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
  // What the API answers would run as the app, a service worker even for all of its pages.
  if (isToRun(request))
    return json(403, { error: 'no_script', detail: 'Answers of the API are no scripts of this app' })

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
    return toBrowser(await session.fetch(target, toApi(request, proxied)), target, proxied)
  } catch (cause) {
    const message = `${target.origin} gives no answer`
    const error = cause instanceof ClientError ? cause : new ClientError('network_error', message, { cause })
    if (error.code === 'login_required') return json(401, { error: error.code, detail: 'Log in first' })
    // A browser that has left is no fault of the API.
    if (!request.signal.aborted) config.onError(error)
    return json(502, { error: 'api_unreachable', detail: 'The API gives no answer' })
  }
}

function toApi(request: Request, { headers }: Proxied): RequestInit {
  return {
    method: request.method,
    headers: headersToApi(request.headers, headers),
    // A redirect is the browser's to follow, and may lead out of the API.
    redirect: 'manual',
    signal: request.signal,
    // Fetch §5.4: a body that is a stream needs duplex.
    ...(request.body && { body: request.body, duplex: 'half' }),
  }
}

function toBrowser(answer: Response, target: URL, { prefix, api, headers: more }: Proxied): Response {
  const headers = headersToBrowser(answer.headers, more)
  const location = answer.headers.get('location')
  if (location !== null) {
    const path = URL.canParse(location, target.href) && proxiedPath(new URL(location, target), prefix, api)
    if (!path) {
      void answer.body?.cancel()
      throw new ClientError('redirect_rejected', `${target.origin} redirects out of ${api.href}`)
    }
    headers.set('location', path)
  }
  return new Response(answer.body, { status: answer.status, headers })
}
