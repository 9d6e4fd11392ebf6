/** Logs the user of a command-line program in through their browser, which comes back to a port of this machine (RFC 8252). */

import type { Client } from '../client.ts'
import { ClientError } from '../errors.ts'
import type { LoginOptions } from '../oauth/authorization-request.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { type Arrival, listenOnLoopback } from './loopback.ts'
import { canOpenBrowser, openBrowser } from './open-browser.ts'
import { tellOnTerminal } from './terminal.ts'

/** What one login in the browser may have of its own. The redirect URI is `http://127.0.0.1:PORT/callback`. */
export interface BrowserLoginOptions extends Omit<LoginOptions, 'redirectUri'> {
  /**
   * For an issuer that does not leave the port of loopback redirect URIs free, as RFC 8252 §7.3 has it.
   * @default 0, any port that is free
   */
  readonly port?: number
  /**
   * Opens the address in the browser. When it fails, so does the login.
   * @default the system's way to do so, where there is a desktop
   */
  readonly open?: (url: string) => void | Promise<void>
  /**
   * Tells the person something; the address is among it.
   * @default a line on standard error
   */
  readonly tell?: (text: string) => void
  /**
   * In seconds, 1 to 86400.
   * @default 300
   */
  readonly timeout?: number
  /** Ends the wait. The promise is rejected with its reason. */
  readonly signal?: AbortSignal
}

// In seconds. No timer of JavaScript runs for more than 24 days.
const maxTimeout = 86_400

const loggedIn = ['You are logged in', 'You can close this window and go back to the program.'] as const
const notLoggedIn = ['Not logged in', 'The program says why. You can close this window.'] as const

/**
 * Shows the address, opens it where it can, and waits for the browser to come back. The client keeps the tokens, as after any login.
 * @throws ClientError; `login_too_old` when nobody came back in time, `authorization_failed` when the user refused; TypeError for
 * a `timeout` that can't be; what `open` throws
 */
export async function logInWithBrowser(client: Client, options: BrowserLoginOptions = {}): Promise<Tokens> {
  const { port = 0, open = openIfPossible, tell = tellOnTerminal, timeout = 300, signal, ...login } = options
  // Also when it is not a number.
  if (!(timeout >= 1 && timeout <= maxTimeout)) {
    throw new TypeError(`timeout is wrong: it must be 1 to ${maxTimeout} seconds`)
  }
  const listener = await listenOnLoopback(port)
  const limit = new AbortController()
  const message = `Nobody logged in within ${timeout} seconds: begin the log-in again`
  const timer = setTimeout(() => limit.abort(new ClientError('login_too_old', message)), timeout * 1000).unref()
  try {
    const url = await client.authorizationUrl({ ...login, redirectUri: listener.redirectUri })
    tell(`Open this address in a browser to log in:\n\n  ${url}\n`)
    const answer = answerOf(client, listener.wait, signal ? AbortSignal.any([limit.signal, signal]) : limit.signal)
    const opened = (async () => await open(url))()
    // A command that opens a browser may go on for as long as its window.
    return await Promise.race([answer, opened.then(() => answer)])
  } finally {
    clearTimeout(timer)
    listener.close()
  }
}

async function answerOf(
  client: Client,
  wait: (arrive: (url: URL) => Promise<Arrival>, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<Tokens> {
  let outcome: Promise<Tokens> | undefined
  await wait(async (url) => {
    const attempt = client.callback(url)
    const failure = await attempt.then(
      () => undefined,
      (error: unknown) => error,
    )
    // RFC 6749 §10.12: what this login did not ask for is passed over, so that no other page can end it.
    if (isOtherResponse(failure)) return { over: false }
    outcome = attempt
    return { over: true, page: failure === undefined ? loggedIn : notLoggedIn }
  }, signal)
  return await (outcome ?? Promise.reject(new Error('the wait ended without an answer')))
}

function isOtherResponse(failure: unknown): boolean {
  return failure instanceof ClientError && (failure.code === 'state_mismatch' || failure.code === 'callback_invalid')
}

function openIfPossible(url: string): void {
  if (canOpenBrowser()) void openBrowser(url)
}
