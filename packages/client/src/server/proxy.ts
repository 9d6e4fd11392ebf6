/** Lets the app in the browser call an API with the session's token, without showing the token to the browser (backend for frontend). */
import { requireApi } from '../api-fetch.ts'
import { ClientError } from '../errors.ts'
import { checkOptions, type Rule } from '../options/check-options.ts'
import type { Context } from './context.ts'
import { headersToApi, headersToBrowser, mayBeForwarded } from './proxy-headers.ts'
import { isBelow, proxiedPath, proxyTarget } from './proxy-path.ts'
import { json, withCookies } from './responses.ts'
import { isFromSameOrigin, isToRun, mayRead } from './same-origin.ts'
import { openSession, type WebSession } from './session.ts'

/** Which paths of the app lead to which API. */
export interface ProxyOptions {
  /** A path of the app without a slash at its end, such as `/api`. */
  readonly prefix: string
  /** What replaces the prefix: a URL of the API without a query, under the option `apis`. */
  readonly to: string
  /**
   * Headers to forward beside the usual ones, in requests and in responses, such as `['x-total-count']`.
   * @default none
   */
  readonly headers?: readonly string[]
}

/** The same, after the checks. */
interface Proxied {
  readonly prefix: string
  readonly api: URL
  readonly headers: readonly string[]
}

/** Responds to requests below `prefix`, and returns `undefined` for all others. */
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
    isMet: (value) => Array.isArray(value) && value.every(mayBeForwarded),
    expected: 'a list of header names, without those that the proxy controls, such as cookie',
  },
}

/** @throws TypeError that names a wrong option; ClientError `api_not_allowed` when `to` is not under `apis` */
export function createProxy(context: Context, options: ProxyOptions): ApiProxy {
  checkOptions('proxy', options, rules, ['prefix', 'to'])
  const { prefix, to, headers = [] } = options
  const proxied = { prefix, api: new URL(to), headers: headers.map((name) => name.toLowerCase()) }
  requireApi(context.config.client, proxied.api)
  return (request) => respond(context, request, proxied)
}

async function respond(context: Context, request: Request, proxied: Proxied): Promise<Response | undefined> {
  const url = new URL(request.url)
  if (!isBelow(url.pathname, proxied.prefix)) return undefined
  const target = proxyTarget(url, proxied.prefix, proxied.api)
  if (target === undefined)
    return json(400, { error: 'invalid_path', detail: 'The path must not have dot segments or encoded slashes' })
  // Browsers send the cookie with requests from other sites too (CSRF): only the app's own pages may call the API.
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  if (!(isRead ? mayRead(request) : isFromSameOrigin(request, context.config.origin))) {
    return json(403, { error: 'cross_origin', detail: 'Only pages of this app may call the API' })
  }
  // A script from the API would run as the app, and a service worker would control all of its pages.
  if (isToRun(request))
    return json(403, { error: 'no_script', detail: 'Responses of the API must not run as scripts of this app' })

  const lines: string[] = []
  const session = await openSession(context, request, (line) => lines.push(line))
  return withCookies(await callApi(context, session, request, target, proxied), lines)
}

async function callApi(
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
    const message = `${target.origin} does not respond`
    const error = cause instanceof ClientError ? cause : new ClientError('network_error', message, { cause })
    if (error.code === 'login_required') return json(401, { error: error.code, detail: 'Log in first' })
    // A browser that has closed the connection is not an error of the API.
    if (!request.signal.aborted) config.onError(error)
    return json(502, { error: 'api_unreachable', detail: 'The API does not respond' })
  }
}

function toApi(request: Request, { headers }: Proxied): RequestInit {
  return {
    method: request.method,
    headers: headersToApi(request.headers, headers),
    // The browser follows redirects itself: they may lead out of the API.
    redirect: 'manual',
    signal: request.signal,
    // Fetch §5.4: a body that is a stream needs duplex.
    ...(request.body && { body: request.body, duplex: 'half' }),
  }
}

function toBrowser(response: Response, target: URL, { prefix, api, headers: more }: Proxied): Response {
  const headers = headersToBrowser(response.headers, more)
  const location = response.headers.get('location')
  if (location !== null) {
    const path = URL.canParse(location, target.href) && proxiedPath(new URL(location, target), prefix, api)
    if (!path) {
      void response.body?.cancel()
      throw new ClientError('redirect_rejected', `${target.origin} redirects out of ${api.href}`)
    }
    headers.set('location', path)
  }
  return new Response(response.body, { status: response.status, headers })
}
