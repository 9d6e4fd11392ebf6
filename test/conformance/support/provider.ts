/** The server under test, on a real port: everything but its clock is met over HTTP, with the discovery document first. */
import type { TestContext } from 'node:test'
import { freePort } from '../../../packages/server/src/cli/run.ts'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import { listen } from '../../../packages/server/src/http/listen.ts'
import { startServer } from '../../../packages/server/test/support/server.ts'
import { conformanceUser, password } from '../suite/person.ts'

export interface Provider {
  readonly discoveryUrl: string
  /** The server's clock: seconds since the epoch. Where the suite waits, it is put forward. */
  readonly clock: { now: number }
}

/** Serves the clients and the suite's user; stopped when the test ends. */
export async function startProvider(test: TestContext, clients: readonly ClientDeclaration[]): Promise<Provider> {
  // The issuer has to be known before the port is open.
  const port = await freePort('127.0.0.1')
  const issuer = `http://127.0.0.1:${port}`
  const { server, clock } = await startServer(test, { issuer, clients, demo: false, passwordGrant: 'off' })
  const hash = await server.context.passwords.hash(password)
  await server.context.store.users.insert([conformanceUser(hash, clock.now)])
  const listening = await listen(server.app, '127.0.0.1', port)
  test.after(() => listening.close(0))
  return { discoveryUrl: `${issuer}/.well-known/openid-configuration`, clock }
}
