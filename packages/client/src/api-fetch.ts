/** Calls an API with the token (RFC 6750 §2.1): only one that the token is meant for, and once more when the token was renewed. */

import type { ClientConfig } from './config.ts'
import { ClientError } from './errors.ts'
import { type Fetch, placeOf, refuseRedirect } from './oauth/request-json.ts'
import { isSecureUrl } from './oauth/secure-url.ts'
import type { Tokens } from './oauth/tokens.ts'
import { findPage } from './page.ts'

/** Where the token for a call comes from. */
export interface TokenSource {
  readonly current: () => Promise<Tokens>
  /** Other tokens than those that were refused; `undefined` when there is no way to get any. */
  readonly replace: (refused: Tokens) => Promise<Tokens | undefined>
}

/** A `fetch` that brings the token along. */
export function createApiFetch(config: ClientConfig, source: TokenSource): Fetch {
  return async (input, init = {}) => {
    const request = input instanceof Request ? input : undefined
    const url = new URL(request?.url ?? String(input), findPage()?.document.baseURI)
    // Runtimes take the token along to wherever the same origin redirects, which may be out of the API.
    const isConfined = requireApi(config.apis, url).every(({ pathname }) => pathname !== '/') && !init.redirect
    // A Request stays what it is; anything else is sent to the very URL that was checked.
    const target = request ?? url.href
    const send = async ({ accessToken }: Tokens) => {
      const headers = new Headers(init.headers ?? request?.headers)
      headers.set('authorization', `Bearer ${accessToken}`)
      const response = await config.fetch(target, { ...init, headers, ...(isConfined && { redirect: 'manual' }) })
      if (isConfined) refuseRedirect(url, response, 'call the final URL')
      return response
    }

    const tokens = await source.current()
    const response = await send(tokens)
    if (!isTokenRefused(response) || !canSendAgain(request, init)) return response
    const others = await source.replace(tokens)
    if (others === undefined) return response
    await response.body?.cancel().catch(() => {})
    return await send(others)
  }
}

/**
 * @returns those of the APIs that the URL is under
 * @throws ClientError when the token must not be sent there
 */
export function requireApi(apis: readonly string[], url: URL): readonly URL[] {
  const found = apis.map((api) => new URL(api)).filter((api) => isUnder(api, url))
  // RFC 6750 §5.2, §5.3: tokens go over TLS, and only to whom they are meant for.
  if (isSecureUrl(url) && found.length > 0) return found
  const place = placeOf(url)
  const message = `The token is not sent to ${place}: if it is meant to be, name it in the option apis`
  throw new ClientError('api_not_allowed', message, { expected: apis.join(' '), received: place })
}

/** A segment of two dots that the URL parser does not see, but an API may that decodes slashes or cuts off what follows a `;`. */
const hiddenParent = /(\/|%(25)*(2f|5c))(\.|%(25)*2e){2}(\W|$)/i

function isUnder(api: URL, url: URL): boolean {
  const folder = api.pathname.replace(/\/?$/, '/')
  if (url.origin !== api.origin || !`${url.pathname}/`.startsWith(folder)) return false
  return folder === '/' || !hiddenParent.test(url.pathname)
}

function isTokenRefused({ status, headers }: Response): boolean {
  // RFC 6750 §3.1: invalid_token. An API that names no error, or a browser that hides the header (CORS), leaves it open.
  const isOtherError = /\berror="?(?!invalid_token\b)\w/i
  return status === 401 && !isOtherError.test(headers.get('www-authenticate') ?? '')
}

/** A stream is gone once it is sent; runtimes that send any have them async iterable. The body of a Request is one. */
function canSendAgain(request: Request | undefined, { body }: RequestInit): boolean {
  if (body === undefined || body === null) return /^(GET|HEAD)$/.test(request?.method ?? 'GET')
  return !(Symbol.asyncIterator in Object(body))
}
