/** The device flow (RFC 8628): asks for a code that the person types in elsewhere, and then asks until they did. */
import { ClientError, isOutage } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { type JsonObject, readMember, readText } from './json.ts'
import { requireEndpoint } from './metadata.ts'
import { postForm } from './post-form.ts'
import { isSecureUrl } from './secure-url.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** What the person is told, and what this client asks with (RFC 8628 §3.2). Times are in seconds. */
export interface DeviceAuthorization {
  /** Secret: it stands for the login to come. */
  readonly deviceCode: string
  /** To type in at `verificationUri`. */
  readonly userCode: string
  readonly verificationUri: string
  /** The same address with the code in it, if the issuer has one: for a link or a QR code. */
  readonly verificationUriComplete?: string
  /** In seconds since the epoch. */
  readonly expiresAt: number
  /** How long to wait between two requests. */
  readonly interval: number
}

/** How the wait is done; replaced in tests. */
export interface Waiting {
  /** Answers after so many seconds. @throws what `signal` was aborted with */
  readonly sleep: (seconds: number, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal
}

// RFC 8628 §3.2: if no value is provided, clients MUST use 5.
const defaultInterval = 5
const shortestInterval = 1

/** @throws ClientError; `endpoint_missing` when the issuer has no device flow */
export async function requestDeviceAuthorization(config: OAuthConfig, scope: string): Promise<DeviceAuthorization> {
  const endpoint = await requireEndpoint(config, 'deviceAuthorizationEndpoint')
  const body = await postForm(config, endpoint, { scope, resource: config.resources })
  const complete = readMember(body, 'verification_uri_complete')
  return {
    deviceCode: readText(body, 'device_code') ?? refuse('device_code', 'a text'),
    userCode: readUserCode(body),
    verificationUri: readAddress(body, 'verification_uri'),
    ...(complete !== undefined && { verificationUriComplete: readAddress(body, 'verification_uri_complete') }),
    expiresAt: config.now() + (readSeconds(body, 'expires_in') ?? refuse('expires_in', 'a number of seconds')),
    // Some issuers write 0 for none.
    interval: Math.max(readSeconds(body, 'interval', 0) || defaultInterval, shortestInterval),
  }
}

/**
 * Asks at the interval until the person has decided.
 * @throws ClientError `authorization_failed` when they refused, `login_too_old` when the code has expired
 */
export async function pollForTokens(
  config: OAuthConfig,
  { deviceCode, interval: firstInterval, expiresAt }: DeviceAuthorization,
  scope: string,
  { sleep, signal }: Waiting,
): Promise<Tokens> {
  const scopes = splitScope(scope)
  const parameters = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    resource: config.resources,
  }
  let interval = firstInterval
  let outages = 0
  // RFC 8628 §3.2: the codes are good until expires_in, whatever the issuer goes on to answer.
  for (let left = expiresAt - config.now(); left > 0; left = expiresAt - config.now()) {
    // RFC 8628 §3.5: without an answer, a client MUST ask less often; exponential backoff is suggested.
    const pause = interval * 2 ** outages
    await sleep(Math.min(pause, left), signal)
    // RFC 8628 §3.5: before each new request, the client MUST wait at least the interval.
    if (left < pause) break
    try {
      return await requestTokens(config, parameters, { scopes, needsIdToken: scopes.includes('openid') })
    } catch (error) {
      if (!(error instanceof ClientError)) throw error
      const decision = decide(error)
      outages = decision === 'outage' ? outages + 1 : 0
      // RFC 8628 §3.5: the interval MUST be increased by 5 seconds for this and all subsequent requests.
      if (decision === 'slow down') interval += 5
    }
  }
  throw tooOld()
}

/** What an answer without tokens is to the wait. @throws ClientError when there is nothing to wait for any more */
function decide(error: ClientError): 'pending' | 'slow down' | 'outage' {
  switch (error.error) {
    case 'authorization_pending':
      return 'pending'
    case 'slow_down':
      return 'slow down'
    case 'temporarily_unavailable':
      return 'outage'
    case 'access_denied':
      throw new ClientError('authorization_failed', 'The log-in was refused in the browser', {
        error: error.error,
        cause: error,
      })
    case 'expired_token':
      throw tooOld(error)
    default:
      if (isOutage(error)) return 'outage'
      throw error
  }
}

function tooOld(cause?: ClientError): ClientError {
  return new ClientError('login_too_old', 'Nobody entered the code in time: begin the log-in again', { cause })
}

function readUserCode(body: JsonObject): string {
  const code = readText(body, 'user_code')
  // It is printed on a terminal, in a sentence: nothing that moves the cursor, and no words of the issuer's own.
  if (code === undefined || !/^[\x21-\x7e]{1,32}$/.test(code)) refuse('user_code', 'a code of up to 32 characters')
  return code
}

function readAddress(body: JsonObject, name: string): string {
  const text = readText(body, name)
  const address = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  // A person takes a user name for the host that they are sent to.
  if (address && isSecureUrl(address) && address.username + address.password === '') return address.href
  refuse(name, 'an https URL (http on loopback) without a user name')
}

function readSeconds(body: JsonObject, name: string, least = 1): number | undefined {
  const value = readMember(body, name)
  if (value === undefined || (typeof value === 'number' && value >= least && value < 86_400)) return value
  refuse(name, 'a number of seconds')
}

function refuse(member: string, expected: string): never {
  throw new ClientError(
    'answer_invalid',
    `The issuer's device authorization answer is wrong: ${member} must be ${expected}`,
    {
      expected,
    },
  )
}
