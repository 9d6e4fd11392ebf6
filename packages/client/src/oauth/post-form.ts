/** Posts a form to an endpoint of the issuer as this client (RFC 6749 §2.3, §3.2), and reads error responses (§5.2). */
import { ClientError } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { type JsonObject, readText } from './json.ts'
import { type JsonResponse, placeOf, requestJson } from './request-json.ts'

/** By their names on the wire. `undefined` is left out; a list is sent as several parameters with the same name (RFC 8707 §2). */
export type FormParameters = Readonly<Record<string, string | readonly string[] | undefined>>

const secretParameters = /(state|nonce|code|verifier|password|token)$/

/** @throws ClientError unless the endpoint responds with success and a JSON object */
export async function postForm(
  config: OAuthConfig,
  url: string,
  parameters: FormParameters,
): Promise<{ readonly body: JsonObject; readonly date: number }> {
  const { status, body, mediaType, date } = await post(config, url, parameters)
  if (body !== undefined) return { body, date }
  throw new ClientError(
    'response_invalid',
    `${placeOf(url)} responds with ${status} and ${mediaType} instead of JSON`,
    {
      status,
      received: mediaType,
    },
  )
}

/** The same for an endpoint whose response has no content, as that of revocation (RFC 7009 §2.2). */
export async function post(config: OAuthConfig, url: string, parameters: FormParameters): Promise<JsonResponse> {
  const form = toForm(parameters)
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' })
  // RFC 6749 §2.3: the client MUST NOT use more than one authentication method.
  if (config.clientSecret === undefined) form.set('client_id', config.clientId)
  else headers.set('authorization', `Basic ${basicCredentials(config.clientId, config.clientSecret)}`)

  const response = await requestJson(config.fetch, url, { method: 'POST', headers, body: form.toString() })
  if (response.status < 200 || response.status >= 300) throw rejection(config, url, form, response)
  return response
}

/** @throws ClientError for a response whose member is not what it must be */
export function rejectMember(member: string, expected: string): never {
  throw new ClientError('response_invalid', `The issuer's response is wrong: ${member} must be ${expected}`, {
    expected,
  })
}

/** A URL of the issuer with parameters, for the browser. */
export function withQuery(endpoint: string, parameters: FormParameters): string {
  const url = new URL(endpoint)
  // RFC 6749 §3.1: a query of the endpoint MUST be retained.
  for (const [name, value] of toForm(parameters)) url.searchParams.append(name, value)
  return url.href
}

function toForm(parameters: FormParameters): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value ?? []].flat()) form.append(name, one)
  }
  return form
}

/** What the issuer says about an error, as far as it is safe to log. */
export interface IssuerError {
  /** The error code; `undefined` if it does not have the form of one. */
  readonly code: string | undefined
  /** The description, to be put behind a message; empty when there is none. */
  readonly description: string
}

// RFC 6749 §4.1.2.1, §5.2 allow more. All codes in the registry have these characters alone; few secrets do.
const codeSyntax = /^[a-z_]{1,80}$/
const descriptionSyntax = /^[ !#-[\]-~]{1,300}$/

/**
 * The code, unless it is a secret; the description, unless there is a secret in it, plain or encoded for a form.
 *
 * @param sent the parameters of the request, which the issuer may repeat
 * @param credentials what the request had beside them
 */
export function readIssuerError(
  code: string | null | undefined,
  description: string | null | undefined,
  sent: URLSearchParams,
  ...credentials: readonly string[]
): IssuerError {
  const parameters = [...sent].filter(([name]) => secretParameters.test(name))
  const secrets = [...credentials, ...parameters.map(([, value]) => value)].filter(Boolean)
  const isCode = code && codeSyntax.test(code) && !secrets.includes(code)
  const hasNone = (text: string): boolean => !secrets.some((secret) => text.includes(secret))
  const isSafe =
    description && descriptionSyntax.test(description) && hasNone(description) && hasNone(formDecode(description))
  return { code: isCode ? code : undefined, description: isSafe ? `: ${description}` : '' }
}

function rejection(config: OAuthConfig, url: string, sent: URLSearchParams, response: JsonResponse): ClientError {
  const { status, body = {}, mediaType } = response
  const { clientId, clientSecret = '' } = config
  const { code, description } = readIssuerError(
    readText(body, 'error'),
    readText(body, 'error_description'),
    sent,
    clientSecret,
    basicCredentials(clientId, clientSecret),
  )
  if (code === undefined) {
    return new ClientError('response_invalid', `${placeOf(url)} responds with ${status} and no OAuth error`, {
      status,
      received: mediaType,
    })
  }
  const hint = code === 'invalid_client' ? '; check clientId and clientSecret' : ''
  return new ClientError('request_rejected', `${placeOf(url)} responds with ${code}${description}${hint}`, {
    status,
    error: code,
  })
}

function basicCredentials(clientId: string, clientSecret: string): string {
  // RFC 6749 §2.3.1: both are form-encoded first. Then neither has a colon, and both are ASCII.
  return btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** Never throws: text that is not encoded stays as it is. */
function formDecode(text: string): string {
  return `${new URLSearchParams(`=${text.replaceAll('&', '%26')}`).get('')}`
}
