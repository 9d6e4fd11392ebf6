/** The device flow (RFC 8628): requests a code for the user to enter on another device, and polls until the user has decided. */
import { ClientError, isOutage } from '../errors.ts'
import type { OAuthConfig } from './config.ts'
import { type JsonObject, readMember, readText } from './json.ts'
import { requireEndpoint } from './metadata.ts'
import { postForm, rejectMember } from './post-form.ts'
import { isSecureUrl } from './secure-url.ts'
import { requestTokens, splitScope } from './token-request.ts'
import type { Tokens } from './tokens.ts'

/** What the user needs to know, and what the client polls with (RFC 8628 §3.2). */
export interface DeviceAuthorization {
  /** Secret: it is what gets the tokens. */
  readonly deviceCode: string
  /** To enter at `verificationUri`. */
  readonly userCode: string
  readonly verificationUri: string
  /** The same URL with the code in it, if the issuer has one: for a link or a QR code. */
  readonly verificationUriComplete?: string
  /** In seconds since the epoch. */
  readonly expiresAt: number
  /** How long to wait between two requests, in seconds. */
  readonly interval: number
}

/** How to wait; replaced in tests. */
export interface Waiting {
  /** Resolves after so many seconds. @throws the reason of `signal` when it is aborted */
  readonly sleep: (seconds: number, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal
}

// RFC 8628 §3.2: if no value is provided, clients MUST use 5.
const defaultInterval = 5
const minInterval = 1

/** @throws ClientError; `endpoint_missing` when the issuer has no device flow */
export async function requestDeviceAuthorization(config: OAuthConfig, scope: string): Promise<DeviceAuthorization> {
  const endpoint = await requireEndpoint(config, 'device_authorization')
  const { body } = await postForm(config, endpoint, { scope, resource: config.resources })
  const complete = readMember(body, 'verification_uri_complete')
  return {
    deviceCode: readText(body, 'device_code') ?? rejectMember('device_code', 'a string'),
    userCode: readUserCode(body),
    verificationUri: readAddress(config, body, 'verification_uri'),
    ...(complete !== undefined && { verificationUriComplete: readAddress(config, body, 'verification_uri_complete') }),
    expiresAt: config.now() + (readSeconds(body, 'expires_in') ?? rejectMember('expires_in', 'a number of seconds')),
    // Some issuers send 0 instead of leaving it out.
    interval: Math.max(readSeconds(body, 'interval', 0) || defaultInterval, minInterval),
  }
}

/**
 * Polls at the interval until the user has decided.
 * @throws ClientError `authorization_failed` when the user denied it, `login_too_old` when the code has expired
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
  }
  let interval = firstInterval
  let outages = 0
  // RFC 8628 §3.2: the codes are valid until expires_in, whatever the issuer goes on to respond.
  for (let left = expiresAt - config.now(); left > 0; left = expiresAt - config.now()) {
    // RFC 8628 §3.5: after a timeout, a client MUST poll less often; exponential backoff is suggested.
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

/** What an error response means for the polling. @throws ClientError when there is nothing to wait for any more */
function decide(error: ClientError): 'pending' | 'slow down' | 'outage' {
  switch (error.error) {
    case 'authorization_pending':
      return 'pending'
    case 'slow_down':
      return 'slow down'
    case 'temporarily_unavailable':
      return 'outage'
    case 'access_denied':
      throw new ClientError('authorization_failed', 'The user denied the login', {
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
  return new ClientError('login_too_old', 'Nobody entered the code in time: log in again', { cause })
}

function readUserCode(body: JsonObject): string {
  const code = readText(body, 'user_code')
  // It is printed on a terminal, in a sentence: it must not move the cursor or add words to it.
  if (code === undefined || !/^[\x21-\x7e]{1,32}$/.test(code))
    rejectMember('user_code', 'a code of up to 32 characters')
  return code
}

function readAddress({ unsafeHttpHosts }: OAuthConfig, body: JsonObject, name: string): string {
  const text = readText(body, name)
  const address = text !== undefined && URL.canParse(text) ? new URL(text) : undefined
  // Without a username: that looks like the host to a reader.
  if (address && isSecureUrl(address, unsafeHttpHosts)) return address.href
  rejectMember(name, 'an https URL (http on loopback) without a username')
}

function readSeconds(body: JsonObject, name: string, min = 1): number | undefined {
  const value = readMember(body, name)
  if (value === undefined || (typeof value === 'number' && value >= min && value < 86_400)) return value
  rejectMember(name, 'a number of seconds')
}
