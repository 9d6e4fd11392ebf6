/** Completes a login: checks what the browser brings back (RFC 6749 §4.1.2, RFC 9207), and exchanges the code (§4.1.3). */
import { ClientError, issuerMismatch } from '../errors.ts'
import type { LoginTransaction } from './authorization-request.ts'
import type { OAuthConfig } from './config.ts'
import { readIssuerError } from './post-form.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** How long a login may take, in seconds. */
export const loginLifetime = 600

/** The parameters of a response, by their names on the wire (RFC 6749 §4.1.2, RFC 9207 §2). */
export const responseParameters: readonly string[] = ['state', 'code', 'iss', 'error', 'error_description', 'error_uri']

/**
 * @param transaction what `beginLogin` returned, kept for this browser alone. Forget it before this call, so that it is used once
 * @param callback the URL that the browser came back with
 * @throws ClientError
 */
export async function completeLogin(
  config: OAuthConfig,
  transaction: LoginTransaction,
  callback: string | URL,
): Promise<Tokens> {
  const response = readResponse(callback)
  await checkIssuer(config, transaction, response)
  // RFC 6749 §10.12: without a matching state, the response may be an attacker's.
  if (response.get('state') !== transaction.state) {
    throw new ClientError('state_mismatch', 'The response belongs to no login that has begun: log in again')
  }
  if (config.now() > transaction.startedAt + loginLifetime) {
    throw new ClientError('login_too_old', 'The login took more than ten minutes: log in again')
  }
  throwError(response)
  const code = requireParameter(response, 'code')

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
    },
    { scopes, needsIdToken: isOpenId, nonce: isOpenId ? nonce : undefined, maxAge },
  )
}

/** The state of a callback, by which its transaction is found. @throws ClientError when it has none, or more than one */
export function stateOf(callback: string | URL): string {
  return requireParameter(readResponse(callback), 'state')
}

function requireParameter(response: URLSearchParams, name: string): string {
  const value = response.get(name)
  if (value) return value
  throw new ClientError('callback_invalid', `The callback has no ${name}: log in again`)
}

function readResponse(callback: string | URL): URLSearchParams {
  if (!URL.canParse(callback)) throw new ClientError('callback_invalid', 'The callback must be an absolute URL')
  const { searchParams } = new URL(callback)
  for (const name of responseParameters) {
    // RFC 6749 §3.1: parameters MUST NOT be included more than once.
    if (searchParams.getAll(name).length > 1)
      throw new ClientError('callback_invalid', `The callback has ${name} twice`)
  }
  return searchParams
}

/** Comes before all other checks, also for errors: nothing from another issuer may be used (RFC 9207 §2.4, RFC 9700 §4.4). */
async function checkIssuer(
  config: OAuthConfig,
  transaction: LoginTransaction,
  response: URLSearchParams,
): Promise<void> {
  const iss = response.get('iss')
  const { sendsIssuer } = await config.metadata()
  // RFC 9207 §2.4: iss is required if the issuer's metadata says that it is sent.
  const responding = iss ?? (sendsIssuer ? null : config.issuer)
  const received = transaction.issuer === config.issuer ? responding : transaction.issuer
  // RFC 9207 §2.4: compared as strings, without normalisation.
  if (received === config.issuer) return
  throw issuerMismatch('The response is from another issuer: log in again', config.issuer, received)
}

function throwError(response: URLSearchParams): void {
  const error = response.get('error')
  if (error === null) return
  const { code, description } = readIssuerError(error, response.get('error_description'), response)
  throw new ClientError(
    'authorization_failed',
    `The issuer responds to the login with ${code ?? 'an error'}${description}`,
    { error: code },
  )
}
