/** Logs in the user of a command-line program, with the browser of this machine or of another device. */
import type { Client } from '../client.ts'
import { configOf } from '../client-config.ts'
import type { Tokens } from '../oauth/tokens.ts'
import { type BrowserLoginOptions, logInWithBrowser } from './browser-login.ts'
import { logInWithDevice } from './device-login.ts'
import { canOpenBrowser } from './open-browser.ts'

/**
 * With the browser if one can be opened, or with `open`. Otherwise, as over SSH, with a code on another device if the issuer offers that,
 * or else with a URL to open on this machine.
 * @throws ClientError
 */
export async function logIn(client: Client, options: BrowserLoginOptions = {}): Promise<Tokens> {
  const { scope, tell, signal, open } = options
  if (!open && !canOpenBrowser() && (await configOf(client).metadata()).endpoints.get('device_authorization')) {
    return await logInWithDevice(client, {
      ...(scope !== undefined && { scope }),
      ...(tell && { tell }),
      ...(signal && { signal }),
    })
  }
  return await logInWithBrowser(client, options)
}
