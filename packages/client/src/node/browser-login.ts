/** Logs in the user of a command-line program with the browser, which comes back to a port of this machine (RFC 8252). */
import type { Client } from '../client.ts'
import { ClientError } from '../errors.ts'
import type { LoginOptions } from '../oauth/authorization-request.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { type Arrival, listenOnLoopback } from './loopback.ts'
import { canOpenBrowser, openBrowser } from './open-browser.ts'
import { tellOnTerminal } from './terminal.ts'

/** Options of one login with the browser. The redirect URI is `http://127.0.0.1:PORT/callback`. */
export interface BrowserLoginOptions extends Omit<LoginOptions, 'redirectUri'> {
  /**
   * For issuers that compare the port of loopback redirect URIs, against RFC 8252 §7.3.
   * @default 0: any free port
   */
  readonly port?: number
  /**
   * Opens the URL in the browser. If it fails, the login fails.
   * @default the system's command for it, if there is a desktop
   */
  readonly open?: (url: string) => void | Promise<void>
  /**
   * Shows a text with the URL to the user.
   * @default a line on standard error
   */
  readonly tell?: (text: string) => void
  /**
   * In seconds, 1 to 86400.
   * @default 300
   */
  readonly timeout?: number
  /** Cancels the login. The promise is rejected with the reason of the signal. */
  readonly signal?: AbortSignal
}

// In seconds. Timers in JavaScript cannot run for more than 24 days.
const maxTimeout = 86_400

const loggedIn = ['You are logged in', 'You can close this window and go back to the program.'] as const
const notLoggedIn = ['Not logged in', 'The program shows the reason. You can close this window.'] as const

/**
 * Shows the URL, opens it if possible, and waits for the browser to come back. The client keeps the tokens, as after any login.
 * @throws ClientError; `login_too_old` when the browser does not come back in time, `authorization_failed` when the user denied it;
 * TypeError for a wrong `timeout`; what `open` throws
 */
export async function logInWithBrowser(client: Client, options: BrowserLoginOptions = {}): Promise<Tokens> {
  const { port = 0, open = openIfPossible, tell = tellOnTerminal, timeout = 300, signal, ...login } = options
  // Written so that NaN is wrong too.
  if (!(timeout >= 1 && timeout <= maxTimeout)) {
    throw new TypeError(`timeout is wrong: it must be 1 to ${maxTimeout} seconds`)
  }
  const listener = await listenOnLoopback(port)
  const limit = new AbortController()
  const message = `Nobody logged in within ${timeout} seconds: log in again`
  const timer = setTimeout(() => limit.abort(new ClientError('login_too_old', message)), timeout * 1000).unref()
  try {
    const url = await client.authorizationUrl({ ...login, redirectUri: listener.redirectUri })
    tell(`Open this URL in a browser to log in:\n\n  ${url}\n`)
    const tokens = waitForTokens(client, listener.wait, signal ? AbortSignal.any([limit.signal, signal]) : limit.signal)
    const opened = (async () => await open(url))()
    // A command that opens a browser may run until its window is closed.
    return await Promise.race([tokens, opened.then(() => tokens)])
  } finally {
    clearTimeout(timer)
    listener.close()
  }
}

async function waitForTokens(
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
    // RFC 6749 §10.12: a response to another login is ignored, so that no other page can end this one.
    if (isOtherResponse(failure)) return { over: false }
    outcome = attempt
    return { over: true, page: failure === undefined ? loggedIn : notLoggedIn }
  }, signal)
  return await (outcome ?? Promise.reject(new Error('the wait ended without a response')))
}

function isOtherResponse(failure: unknown): boolean {
  return failure instanceof ClientError && (failure.code === 'state_mismatch' || failure.code === 'callback_invalid')
}

function openIfPossible(url: string): void {
  if (canOpenBrowser()) void openBrowser(url)
}
