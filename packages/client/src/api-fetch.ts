/** Calls APIs with the token (RFC 6750 §2.1): only those the token is for, and again with a renewed token when they reject it. */
import type { ClientConfig } from './config.ts'
import { ClientError } from './errors.ts'
import { type Fetch, placeOf, rejectRedirect } from './oauth/request-json.ts'
import { isSecureUrl } from './oauth/secure-url.ts'
import type { Tokens } from './oauth/tokens.ts'
import { findPage } from './page.ts'

/** Where the tokens for a call come from. */
export interface TokenSource {
  readonly current: () => Promise<Tokens>
  /** Other tokens than those that the API has rejected; `undefined` when there is no way to get any. */
  readonly replace: (rejected: Tokens) => Promise<Tokens | undefined>
}

/** A `fetch` that sends the token. */
export function createApiFetch(config: ClientConfig, source: TokenSource): Fetch {
  return async (input, init = {}) => {
    const request = input instanceof Request ? input : undefined
    const url = new URL(request?.url ?? String(input), findPage()?.document.baseURI)
    // Runtimes send the token along with a redirect to the same origin, which may lead out of the API.
    const isConfined = requireApi(config, url).every(({ pathname }) => pathname !== '/') && !init.redirect
    // A Request is sent as it is; anything else goes to the very URL that was checked.
    const target = request ?? url.href
    const send = async ({ accessToken }: Tokens) => {
      const headers = new Headers(init.headers ?? request?.headers)
      headers.set('authorization', `Bearer ${accessToken}`)
      const response = await config.fetch(target, { ...init, headers, ...(isConfined && { redirect: 'manual' }) })
      if (isConfined) rejectRedirect(url, response)
      return response
    }

    const tokens = await source.current()
    const response = await send(tokens)
    if (!isTokenRejected(response) || !canSendAgain(request, init)) return response
    const others = await source.replace(tokens)
    if (others === undefined) return response
    await response.body?.cancel().catch(() => {})
    return await send(others)
  }
}

/**
 * @returns the APIs that the URL is under
 * @throws ClientError when the token must not be sent to the URL
 */
export function requireApi(
  { apis, unsafeHttpHosts }: Pick<ClientConfig, 'apis' | 'unsafeHttpHosts'>,
  url: URL,
): readonly URL[] {
  const found = apis.map((api) => new URL(api)).filter((api) => isUnder(api, url))
  // RFC 6750 §5.2, §5.3: tokens are sent over TLS, and only to the APIs they are for.
  if (isSecureUrl(url, unsafeHttpHosts) && found.length > 0) return found
  const place = placeOf(url)
  throw new ClientError(
    'api_not_allowed',
    `The token is not sent to ${place}: to allow it, add it to the option apis`,
    {
      expected: apis.join(' '),
      received: place,
    },
  )
}

/**
 * A segment of two dots that the URL parser does not recognize, but an API may: one that decodes slashes, or that ignores what follows
 * a `;`.
 */
const hiddenParent = /(\/|%(25)*(2f|5c))(\.|%(25)*2e){2}(\W|$)/i

function isUnder(api: URL, url: URL): boolean {
  const folder = api.pathname.replace(/\/?$/, '/')
  if (url.origin !== api.origin || !`${url.pathname}/`.startsWith(folder)) return false
  return folder === '/' || !hiddenParent.test(url.pathname)
}

function isTokenRejected({ status, headers }: Response): boolean {
  // RFC 6750 §3.1: invalid_token. Some APIs name no error, and browsers may hide the header (CORS): then it may be that one.
  const isOtherError = /\berror="?(?!invalid_token\b)\w/i
  return status === 401 && !isOtherError.test(headers.get('www-authenticate') ?? '')
}

/** A stream can be sent once. Runtimes that send streams make them async iterable. The body of a Request is a stream. */
function canSendAgain(request: Request | undefined, { body }: RequestInit): boolean {
  if (body === undefined || body === null) return /^(GET|HEAD)$/.test(request?.method ?? 'GET')
  return !(Symbol.asyncIterator in Object(body))
}
