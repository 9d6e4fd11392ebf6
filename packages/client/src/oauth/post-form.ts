/** Posts a form to an endpoint of the issuer as this client (RFC 6749 §2.3, §3.2), and reads refusals (§5.2). */
import { ClientError } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { type JsonObject, readText } from './json.ts'
import { type JsonAnswer, placeOf, requestJson } from './request-json.ts'

/** By their names on the wire; `undefined` is left out, a list is sent as several parameters of the name (RFC 8707 §2). */
export type FormParameters = Readonly<Record<string, string | readonly string[] | undefined>>

const secretParameters = /(state|nonce|code|verifier|password|token)$/

/** @throws ClientError when the endpoint does not answer with success and a JSON object */
export async function postForm(config: OAuthConfig, url: string, parameters: FormParameters): Promise<JsonObject> {
  const answer = await post(config, url, parameters)
  if (answer.body !== undefined) return answer.body
  const { status, mediaType } = answer
  const message = `${placeOf(url)} answers ${status} with ${mediaType} instead of a JSON object`
  throw new ClientError('answer_invalid', message, { status, received: mediaType })
}

/** The same where an answer says nothing, as that of revocation (RFC 7009 §2.2). */
export async function post(config: OAuthConfig, url: string, parameters: FormParameters): Promise<JsonAnswer> {
  const form = toForm(parameters)
  const headers = new Headers({ accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' })
  // RFC 6749 §2.3: the client MUST NOT use more than one authentication method.
  if (config.clientSecret === undefined) form.set('client_id', config.clientId)
  else headers.set('authorization', `Basic ${basicCredentials(config.clientId, config.clientSecret)}`)

  const answer = await requestJson(config.fetch, url, { method: 'POST', headers, body: form.toString() })
  if (answer.status < 200 || answer.status >= 300) throw refusal(config, url, form, answer)
  return answer
}

/** An address of the issuer's with parameters for the browser to bring. */
export function withQuery(endpoint: string, parameters: FormParameters): string {
  const url = new URL(endpoint)
  // RFC 6749 §3.1: a query that the endpoint has MUST be retained.
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

/** What the issuer says of an error, as far as it may be told. */
export interface IssuerError {
  /** Its word for it; `undefined` when that is no such word. */
  readonly word: string | undefined
  /** Its description, to be put behind a message; empty when there is none. */
  readonly description: string
}

// RFC 6749 §4.1.2.1, §5.2: of what is allowed, the words of the registry have these letters alone, and few secrets do.
const wordSyntax = /^[a-z_]{1,80}$/
const descriptionSyntax = /^[ !#-[\]-~]{1,300}$/

/**
 * The word, unless it is a secret itself; the description, if none is in it, plain or encoded for a form.
 *
 * @param sent the parameters that the issuer was sent, which it may repeat
 * @param credentials what it was sent beside them
 */
export function readIssuerError(
  word: string | null | undefined,
  description: string | null | undefined,
  sent: URLSearchParams,
  ...credentials: readonly string[]
): IssuerError {
  const parameters = [...sent].filter(([name]) => secretParameters.test(name))
  const secrets = [...credentials, ...parameters.map(([, value]) => value)].filter(Boolean)
  const isWord = word && wordSyntax.test(word) && !secrets.includes(word)
  const hasNone = (text: string): boolean => !secrets.some((secret) => text.includes(secret))
  const isTold =
    description && descriptionSyntax.test(description) && hasNone(description) && hasNone(formDecode(description))
  return { word: isWord ? word : undefined, description: isTold ? `: ${description}` : '' }
}

function refusal(config: OAuthConfig, url: string, sent: URLSearchParams, answer: JsonAnswer): ClientError {
  const { status, body = {}, mediaType } = answer
  const { clientId, clientSecret = '' } = config
  const { word, description } = readIssuerError(
    readText(body, 'error'),
    readText(body, 'error_description'),
    sent,
    clientSecret,
    basicCredentials(clientId, clientSecret),
  )
  if (word === undefined) {
    const message = `${placeOf(url)} answers ${status} without an OAuth error`
    return new ClientError('answer_invalid', message, { status, received: mediaType })
  }
  const hint = word === 'invalid_client' ? '; check clientId and clientSecret' : ''
  return new ClientError('request_refused', `${placeOf(url)} answers ${word}${description}${hint}`, {
    status,
    error: word,
  })
}

function basicCredentials(clientId: string, clientSecret: string): string {
  // RFC 6749 §2.3.1: each is form-encoded first, so that neither has a colon and both are ASCII.
  return btoa(`${formEncode(clientId)}:${formEncode(clientSecret)}`)
}

function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** Never fails: what is not encoded stays as it is. */
function formDecode(text: string): string {
  return `${new URLSearchParams(`=${text.replaceAll('&', '%26')}`).get('')}`
}
