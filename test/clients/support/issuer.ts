/** A Countersign in this process, on a real port: libraries find it by its address, and compare its tokens with the machine's time. */
import type { ClientDeclaration } from 'countersign'
import type { Options } from '../../../packages/server/src/config/options.ts'
import { listen } from '../../../packages/server/src/http/listen.ts'
import type { Scope } from '../../../packages/server/test/support/scope.ts'
import { startServer, type TestServer } from '../../../packages/server/test/support/server.ts'
import { freePort } from '../../support/free-port.ts'

export const clientSecret = 'a secret of the notes, long enough for anyone'

/** The client of an app, as `countersign clients add` registers it with two grant types and this redirect URI. */
export function notesAt(redirectUri: string): ClientDeclaration {
  return {
    client_id: 'notes',
    client_name: 'Notes',
    client_secret: clientSecret,
    grant_types: ['authorization_code', 'refresh_token'],
    redirect_uris: [redirectUri],
  }
}

export interface Issuer extends TestServer {
  readonly url: string
}

/** Closed with `scope`. Its users are tim and alice. */
export async function startIssuer(
  scope: Scope,
  clients: readonly ClientDeclaration[],
  more: Partial<Options> = {},
): Promise<Issuer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const started = await startServer(scope, { issuer: url, clients, ...more })
  started.clock.now = Date.now() / 1000
  const listening = await listen(started.server.app, '127.0.0.1', port, started.server.context.config)
  scope.after(() => listening.close(0))
  return { ...started, url }
}
