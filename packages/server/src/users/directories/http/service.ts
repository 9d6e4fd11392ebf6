/** Calls the service of a directory, with limits on what it may answer. No error has a password, a secret or a body. */
import { isJsonObject, type JsonObject, parseStrictJson } from '@countersign/guard/strict-json'
import type { Clock, Random } from '../../../environment.ts'
import { signatureHeaders } from './signature.ts'

export interface Service {
  readonly url: string
  readonly secret: string
  readonly now: Clock
  readonly random: Random
  /** Headers that each request carries. */
  readonly outgoingHeaders?: (() => Readonly<Record<string, string>>) | undefined
}

export type Route = 'find' | 'verify'

/** The service responded, but not with an answer. */
export class UnexpectedStatus extends Error {
  readonly status: number

  constructor(route: Route, status: number, isRedirect: boolean) {
    const what = isRedirect ? 'with a redirect, which is not followed' : `with the status ${status}`
    super(`the service responded to /${route} ${what}`)
    this.name = 'UnexpectedStatus'
    this.status = status
  }
}

/** A hundred users with ten kilobytes each. */
const maxBytes = 1024 * 1024

/** The object that the service answers; `undefined`: 404. @throws Error whose message is for the operator */
export async function call(
  service: Service,
  route: Route,
  content: object,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const body = JSON.stringify(content)
  const response = await send(service, route, body, signal)
  const { status } = response
  if (status !== 200) {
    await response.body?.cancel()
    if (status === 404) return undefined
    throw new UnexpectedStatus(route, status, response.headers.has('location'))
  }
  const type = response.headers.get('content-type') ?? ''
  if (!/^application\/json *(;|$)/i.test(type)) {
    await response.body?.cancel()
    throw new Error(`the service responded to /${route} with another content-type than application/json`)
  }
  const json = parseStrictJson(await readText(response, route))
  if (!json.ok) throw new Error(`the response of the service to /${route} is not valid JSON: ${json.fault}`)
  if (!isJsonObject(json.value)) throw new Error(`the response of the service to /${route} is not a JSON object`)
  return json.value
}

/** A look-up is sent once more when the connection was closed, as an idle one may be. A password is sent once. */
async function send(service: Service, route: Route, body: string, signal: AbortSignal): Promise<Response> {
  try {
    return await post(service, route, body, signal)
  } catch (error) {
    if (route !== 'find' || !wasClosed(error) || signal.aborted) throw unreachable(error)
    return await post(service, route, body, signal).catch((again: unknown) => {
      throw unreachable(again)
    })
  }
}

function post(
  { url, secret, now, random, outgoingHeaders }: Service,
  route: Route,
  body: string,
  signal: AbortSignal,
): Promise<Response> {
  const signed = signatureHeaders(secret, { id: `msg_${random.id()}`, now: now(), body })
  const headers = {
    ...outgoingHeaders?.(),
    'content-type': 'application/json',
    accept: 'application/json',
    ...signed,
  }
  // A redirect could lead anywhere, with the password.
  return fetch(`${url.replace(/\/+$/, '')}/${route}`, { method: 'POST', headers, body, redirect: 'manual', signal })
}

function wasClosed(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}

/** Node's fetch says "fetch failed", and has the reason in its cause. */
function unreachable(error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = cause instanceof Error ? cause.message : 'no response'
  return new Error(`the service cannot be reached: ${reason}`, { cause: error })
}

async function readText(response: Response, route: Route): Promise<string> {
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const reader = response.body?.getReader()
  let text = ''
  let size = 0
  for (let chunk = await reader?.read(); chunk?.value !== undefined; chunk = await reader?.read()) {
    size += chunk.value.byteLength
    // Counted while reading: content-length may be absent, or the size of compressed data.
    if (size > maxBytes) {
      await reader?.cancel()
      throw new Error(`the response of the service to /${route} is longer than ${maxBytes} bytes`)
    }
    text += utf8.decode(chunk.value, { stream: true })
  }
  return text + utf8.decode()
}
