/** Sends a request to the issuer and reads its JSON response, within limits of time and size. Redirects are not followed. */
import { ClientError } from '../errors.ts'
import { type JsonObject, parseJsonObject } from './json.ts'

/** The standard's `fetch`, as far as it is used. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A response that was read to its end. */
export interface JsonResponse {
  readonly status: number
  /** `undefined` when the response is not a JSON object. */
  readonly body: JsonObject | undefined
  /** For error messages. */
  readonly mediaType: string
  /** The issuer's clock, in seconds since the epoch. NaN without it, and in browsers, where another origin does not show it. */
  readonly date: number
}

const timeLimitMs = 10_000
/** In bytes. Metadata and token responses have a few thousand. */
const sizeLimit = 256 * 1024

/** @throws ClientError when there is no response, or it is a redirect or too large */
export async function requestJson(fetch: Fetch, url: string, init: RequestInit = {}): Promise<JsonResponse> {
  const place = placeOf(url)
  try {
    // A redirect would send codes and secrets to a URL that is not in the issuer's metadata.
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeLimitMs) })
    rejectRedirect(url, response)
    const { status } = response
    const text = await readLimited(response)
    if (text === undefined) {
      throw new ClientError('response_too_large', `${place} responds with more than ${sizeLimit} bytes`, { status })
    }
    // Errors end in terminals and logs: only the characters of a media type may get there (RFC 9110 §8.3.1).
    const mediaType =
      /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(response.headers.get('content-type') ?? '')?.[0] ?? 'no media type'
    return {
      status,
      body: parseJsonObject(text),
      mediaType,
      date: Date.parse(`${response.headers.get('date')}`) / 1000,
    }
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    throw new ClientError('network_error', `${place} does not respond: is it running, and does it allow CORS?`, {
      cause,
    })
  }
}

/** @throws ClientError when the response is a redirect that was not followed. In a browser such a response has no status */
export function rejectRedirect(url: string | URL, { type, status }: Response): void {
  if (type !== 'opaqueredirect' && !/^30[12378]$/.test(String(status))) return
  throw new ClientError('redirect_rejected', `${placeOf(url)} redirects: use the final URL`, { status })
}

/** A URL without its query, which may have secrets: for messages. */
export function placeOf(url: string | URL): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** `undefined` when the content is larger than the limit. */
async function readLimited(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    if (size > sizeLimit) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}
