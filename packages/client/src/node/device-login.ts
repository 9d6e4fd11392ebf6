/** Logs a user in whose browser is on another device: they type a code in there (RFC 8628). */
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

/** What one login with a device may have of its own. */
export interface DeviceLoginOptions {
  /** @default the client's `scope` */
  readonly scope?: string
  /**
   * Tells the person the address and the code.
   * @default a line on standard error
   */
  readonly tell?: (text: string) => void
  /**
   * Waits for so many seconds.
   * @default a timer
   */
  readonly sleep?: Waiting['sleep']
  /** Ends the wait. The promise is rejected with its reason. */
  readonly signal?: AbortSignal
}

/**
 * Tells the person where to type in which code, and waits until they did. The client keeps the tokens, as after any login.
 * @throws ClientError; `endpoint_missing` when the issuer has no device flow, `login_too_old` when the code expired,
 * `authorization_failed` when the user refused
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
  // RFC 8628 §3.3.1: the code is shown even beside the complete address, so that the person can compare.
  return `Open ${verificationUri} on any device and enter the code ${userCode}${shortcut}\n`
}

async function sleepFor(seconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await setTimeout(seconds * 1000, undefined, { signal })
  } catch (error) {
    throw signal?.reason ?? error
  }
}
