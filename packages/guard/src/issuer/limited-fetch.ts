/** Fetches from the issuer with limits on time, size and address, so that no response blocks a guard or fills its memory. */
import { describeError } from '../describe.ts'
import { isJsonObject, type JsonObject, parseStrictJson } from '../jwt/strict-json.ts'
import type { IssuerAccess } from '../token-source.ts'
import { requireSecureUrl } from './secure-url.ts'

export interface LimitedRequest {
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The requested media type. @default 'application/json' */
  readonly accept?: string
  /** The maximum number of bytes of the response. @default 524288 */
  readonly maxBytes?: number
  /** Accepted statuses besides 200. Their bodies are read too. @default [] */
  readonly statuses?: readonly number[]
  /** When to give up. @default in five seconds */
  readonly signal?: AbortSignal
}

export interface LimitedResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** There was no response, or it was not complete in time. */
export class Unreachable extends Error {}

const maxWaitMs = 5000

/** The time limit for one request with its response, or for several requests that are one attempt. */
export function startTimeLimit(): AbortSignal {
  return AbortSignal.timeout(maxWaitMs)
}

const defaultMaxBytes = 512 * 1024

/**
 * Fetches a URL that is https, or http on a loopback host or one of `access.httpHosts`.
 *
 * @throws Error whose message is a sentence, such as `Unreachable`
 */
export async function fetchLimited(
  access: IssuerAccess,
  url: string,
  request: LimitedRequest = {},
): Promise<LimitedResponse> {
  const { method = 'GET', headers, body = null, accept = 'application/json', signal = startTimeLimit() } = request
  requireSecureUrl(url, access.httpHosts)
  // A redirect could lead to any internal host, and send the guard's credentials there.
  const init = { method, headers: { accept, ...headers }, body, redirect: 'manual', signal } as const
  const response = await access.fetch(url, init).catch((error: unknown) => {
    throw new Unreachable(describeFailure(error), { cause: error })
  })
  try {
    await requireStatus(response, request.statuses ?? [])
    const text = await readText(response, request.maxBytes ?? defaultMaxBytes)
    return { status: response.status, headers: response.headers, text }
  } catch (error) {
    const Failure = isTimeout(error) ? Unreachable : Error
    throw new Failure(describeFailure(error), { cause: error })
  }
}

async function requireStatus(response: Response, others: readonly number[]): Promise<void> {
  const { status } = response
  if (status === 200 || others.includes(status)) return
  await response.body?.cancel()
  // In a browser, the type is all that is known of a redirect that is not followed.
  if (response.type === 'opaqueredirect' || response.headers.has('location')) {
    throw new Error('the response is a redirect, which is not followed: configure its target')
  }
  throw new Error(`the response has the status ${status} instead of 200`)
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const reader = response.body?.getReader()
  let text = ''
  let size = 0
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    size += chunk.value.byteLength
    // Counted while reading: content-length may be absent, or the size of compressed data.
    if (size > maxBytes) {
      await reader?.cancel()
      throw new Error(`the response is longer than ${maxBytes} bytes`)
    }
    text += utf8.decode(chunk.value, { stream: true })
  }
  return text + utf8.decode()
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return describeError(error)
  if (isTimeout(error)) return `there was no complete response within ${maxWaitMs / 1000} seconds`
  // Node's fetch says "fetch failed", and has the reason in its cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

/** @throws Error whose message is a sentence */
export function parseJsonResponse(text: string): JsonObject {
  const json = parseStrictJson(text)
  if (!json.ok) throw new Error(`the response is not valid JSON: ${json.fault}`)
  if (!isJsonObject(json.value)) throw new Error('the response must be a JSON object')
  return json.value
}
