/** Sends a request to the issuer and reads its JSON answer: within limits of time and size, and never elsewhere. */
import { ClientError } from '../errors.ts'
import { type JsonObject, parseJsonObject } from './json.ts'

/** The standard's `fetch`, as far as it is used. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** An answer that is read whole. */
export interface JsonAnswer {
  readonly status: number
  /** `undefined` when the answer is no JSON object. */
  readonly body: JsonObject | undefined
  /** What the answer is instead, for errors: its media type. */
  readonly mediaType: string
}

const timeLimitMs = 10_000
/** In bytes. Metadata and token answers have a few thousand. */
const sizeLimit = 256 * 1024

/** @throws ClientError when there is no answer, or it is a redirect or too large */
export async function requestJson(fetch: Fetch, url: string, init: RequestInit = {}): Promise<JsonAnswer> {
  const place = placeOf(url)
  try {
    // A redirect would carry codes and secrets to a place that the issuer's metadata does not name.
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeLimitMs) })
    refuseRedirect(url, response, 'set the issuer to its final URL')
    const { status } = response
    const text = await readLimited(response)
    if (text === undefined) {
      throw new ClientError('answer_too_large', `${place} answers more than ${sizeLimit} bytes`, { status })
    }
    // It is told in errors, which end on terminals and in logs: nothing but the characters of a media type (RFC 9110 §8.3.1).
    const mediaType =
      /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(response.headers.get('content-type') ?? '')?.[0] ?? 'no media type'
    return { status, body: parseJsonObject(text), mediaType }
  } catch (cause) {
    if (cause instanceof ClientError) throw cause
    const hint = 'is it running, and does it allow this origin (CORS)?'
    throw new ClientError('network_error', `${place} gives no answer: ${hint}`, { cause })
  }
}

/** @throws ClientError when the answer is a redirect that was not followed; in a browser such an answer has no status */
export function refuseRedirect(url: string | URL, { type, status }: Response, fix: string): void {
  if (type !== 'opaqueredirect' && !/^30[12378]$/.test(String(status))) return
  throw new ClientError('redirect_refused', `${placeOf(url)} redirects: ${fix}`, { status })
}

/** A URL as it may be told: without its query. */
export function placeOf(url: string | URL): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** `undefined` when there is too much of it. */
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
