/** Completes a log-in: checks what the browser brings back (RFC 6749 §4.1.2, RFC 9207), and exchanges the code (§4.1.3). */

import { ClientError, issuerMismatch } from '../errors.ts'
import type { LoginTransaction } from './authorization-request.ts'
import type { OAuthConfig } from './config.ts'
import { readIssuerError } from './post-form.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** How long a log-in may take, in seconds. */
export const loginLifetime = 600

/** The parameters of an answer, by their names on the wire (RFC 6749 §4.1.2, RFC 9207 §2). */
export const answerParameters: readonly string[] = ['state', 'code', 'iss', 'error', 'error_description', 'error_uri']

/**
 * @param transaction what `beginLogin` answered, kept for this browser alone; to be forgotten before this is called
 * @param callback the URL that the browser came back with
 * @throws ClientError
 */
export async function completeLogin(
  config: OAuthConfig,
  transaction: LoginTransaction,
  callback: string | URL,
): Promise<Tokens> {
  const answer = readAnswer(callback)
  await checkIssuer(config, transaction, answer)
  // RFC 6749 §10.12: an answer that this browser did not ask for is another's.
  if (answer.get('state') !== transaction.state) {
    throw new ClientError('state_mismatch', 'The answer is not the one to this log-in: begin the log-in again')
  }
  if (config.now() > transaction.startedAt + loginLifetime) {
    throw new ClientError('login_too_old', 'The log-in took more than ten minutes: begin the log-in again')
  }
  refuseError(answer)
  const code = answer.get('code')
  if (!code)
    throw new ClientError('callback_invalid', 'The callback has neither code nor error: begin the log-in again')

  const { redirectUri, codeVerifier, scope, nonce, maxAge } = transaction
  const scopes = splitScope(scope)
  const isOpenId = scopes.includes('openid')
  return await requestTokens(
    config,
    {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
      resource: config.resources,
    },
    { scopes, needsIdToken: isOpenId, nonce: isOpenId ? nonce : undefined, maxAge },
  )
}

/** The state of a callback, by which its transaction is found. @throws ClientError when it has none, or more than one */
export function stateOf(callback: string | URL): string {
  const state = readAnswer(callback).get('state')
  if (state) return state
  throw new ClientError('callback_invalid', 'The callback has no state: begin the log-in again')
}

function readAnswer(callback: string | URL): URLSearchParams {
  if (!URL.canParse(callback)) throw new ClientError('callback_invalid', 'The callback must be an absolute URL')
  const { searchParams } = new URL(callback)
  for (const name of answerParameters) {
    // RFC 6749 §3.1: parameters MUST NOT be included more than once.
    if (searchParams.getAll(name).length > 1)
      throw new ClientError('callback_invalid', `The callback has ${name} twice`)
  }
  return searchParams
}

/** First of all, also for errors: nothing that another issuer says may be used (RFC 9207 §2.4, RFC 9700 §4.4). */
async function checkIssuer(config: OAuthConfig, transaction: LoginTransaction, answer: URLSearchParams): Promise<void> {
  const iss = answer.get('iss')
  const { namesIssuerInAnswers } = await config.metadata()
  // RFC 9207 §2.4: required of an issuer that says it sends it.
  const answering = iss ?? (namesIssuerInAnswers ? null : config.issuer)
  const received = transaction.issuer === config.issuer ? answering : 'a log-in at another issuer'
  // RFC 9207 §2.4: compared as strings, without normalisation.
  if (received === config.issuer) return
  throw issuerMismatch(
    'The answer is not of the issuer that was asked: begin the log-in again',
    config.issuer,
    received,
  )
}

function refuseError(answer: URLSearchParams): void {
  const error = answer.get('error')
  if (error === null) return
  const { word, description } = readIssuerError(error, answer.get('error_description'), answer)
  const message = `The issuer answers the log-in with ${word ?? 'an error'}${description}`
  throw new ClientError('authorization_failed', message, { error: word })
}
