/** Calls an API with the token (RFC 6750 §2.1): only one that the token is meant for, and once more when the token was renewed. */
import { ClientError } from './errors.ts'
import type { ClientConfig, Fetch } from './options.ts'
import { findPage } from './page.ts'
import { placeOf } from './request-json.ts'
import { isSecureUrl } from './secure-url.ts'
import type { Tokens } from './tokens.ts'

/** Where the token for a call comes from. */
export interface TokenSource {
  readonly current: () => Promise<Tokens>
  /** Other tokens than those that were refused; `undefined` when there is no way to get any. */
  readonly replace: (refused: Tokens) => Promise<Tokens | undefined>
}

/** A `fetch` that brings the token along. */
export function createApiFetch(config: ClientConfig, source: TokenSource): Fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? new URL(input.url) : new URL(input, findPage()?.document.baseURI)
    requireApi(config.apis, url)
    // A Request stays what it is; anything else is sent to the very URL that was checked.
    const target = input instanceof Request ? input : url.href
    const send = async ({ accessToken }: Tokens) => {
      const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined))
      headers.set('authorization', `Bearer ${accessToken}`)
      return await config.fetch(target, { ...init, headers })
    }

    const tokens = await source.current()
    const response = await send(tokens)
    if (!isTokenRefused(response) || !canSendAgain(input, init)) return response
    const others = await source.replace(tokens)
    if (others === undefined) return response
    await response.body?.cancel().catch(() => {})
    return await send(others)
  }
}

/** @throws ClientError when the token must not be sent there */
export function requireApi(apis: readonly string[], url: URL): void {
  // RFC 6750 §5.2, §5.3: tokens go over TLS, and only to whom they are meant for.
  if (isSecureUrl(url) && apis.some((api) => isUnder(new URL(api), url))) return
  const place = placeOf(url).slice(0, 200)
  const message = `The token is not sent to ${place}: if it is meant for that API, name it in the option apis`
  throw new ClientError('api_not_allowed', message, { expected: apis.join(' '), received: place })
}

function isUnder(api: URL, url: URL): boolean {
  const folder = api.pathname.replace(/\/?$/, '/')
  return url.origin === api.origin && `${url.pathname}/`.startsWith(folder)
}

function isTokenRefused({ status, headers }: Response): boolean {
  if (status !== 401) return false
  // RFC 6750 §3.1: invalid_token. An API that names no error, or a browser that hides the header (CORS), leaves it open.
  const error = /\berror="?(\w+)/i.exec(headers.get('www-authenticate') ?? '')?.[1]
  return error === undefined || error === 'invalid_token'
}

/** A stream is gone once it is sent. The body of a Request is one. */
function canSendAgain(input: string | URL | Request, { body }: RequestInit): boolean {
  if (body === undefined || body === null) return !(input instanceof Request) || /^(GET|HEAD)$/.test(input.method)
  return !(body instanceof ReadableStream) && !(Symbol.asyncIterator in Object(body))
}
