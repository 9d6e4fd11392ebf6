/** Logs in a user with the browser of another device, where the user enters a code (RFC 8628). */
import { setTimeout } from 'node:timers/promises'
import type { Client } from '../client.ts'
import { configOf } from '../client-config.ts'
import {
  type DeviceAuthorization,
  pollForTokens,
  requestDeviceAuthorization,
  type Waiting,
} from '../oauth/device-authorization.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { tellOnTerminal } from './terminal.ts'

/** Options of one login with another device. */
export interface DeviceLoginOptions {
  /** @default the client's `scope` */
  readonly scope?: string
  /**
   * Shows a text with the URL and the code to the user.
   * @default a line on standard error
   */
  readonly tell?: (text: string) => void
  /**
   * Waits for the given number of seconds.
   * @default a timer
   */
  readonly sleep?: Waiting['sleep']
  /** Cancels the login. The promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal
}

/**
 * Shows the URL and the code, and waits until the user has decided. The client keeps the tokens, as after any login.
 * @throws ClientError; `endpoint_missing` when the issuer has no device flow, `login_too_old` when the code has expired,
 * `authorization_failed` when the user denied it
 */
export async function logInWithDevice(client: Client, options: DeviceLoginOptions = {}): Promise<Tokens> {
  const config = configOf(client)
  const { scope = config.scope, tell = tellOnTerminal, sleep = sleepFor, signal } = options
  const authorization = await requestDeviceAuthorization(config, scope)
  tell(invitation(authorization))
  const waiting = { sleep, ...(signal && { signal }) }
  return await client.keep(await pollForTokens(config, authorization, scope, waiting))
}

function invitation({ userCode, verificationUri, verificationUriComplete }: DeviceAuthorization): string {
  const shortcut = verificationUriComplete ? `\nOr open it with the code in it: ${verificationUriComplete}` : ''
  // RFC 8628 §3.3.1: the code is shown even beside the complete URL, so that the user can compare it.
  return `Open ${verificationUri} on any device and enter the code ${userCode}${shortcut}\n`
}

async function sleepFor(seconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(seconds * 1000, undefined, { signal })
  } catch (error) {
    throw signal?.reason ?? error
  }
}
