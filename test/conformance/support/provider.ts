/** The tested server, on a real port: tests use it over HTTP, beginning with the discovery document, and set only its clock. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import type { App } from '../../../packages/server/src/http/app.ts'
import { listen } from '../../../packages/server/src/http/listen.ts'
import { startServer } from '../../../packages/server/test/support/server.ts'
import { conformanceUser, password } from '../suite/user.ts'

export interface Provider {
  readonly discoveryUrl: string
  /** The server's clock: seconds since the epoch. Tests advance it where the suite waits. */
  readonly clock: { now: number }
}

/** Serves the clients and the suite's user; stopped when the test ends. */
export async function startProvider(test: TestContext, clients: readonly ClientDeclaration[]): Promise<Provider> {
  // The port is opened first, since the issuer must contain it.
  let app: App | undefined
  const started = () => app ?? assert.fail('a request came before the server had started')
  const listening = await listen(
    {
      refuse: (target) => started().refuse(target),
      handle: (incoming) => started().handle(incoming),
      reject: (...rejected) => started().reject(...rejected),
    },
    '127.0.0.1',
    0,
    { keepAliveTimeout: 65 },
  )
  test.after(() => listening.close(0))
  const issuer = `http://127.0.0.1:${listening.port}`
  const { server, clock } = await startServer(test, { issuer, clients })
  const hash = await server.context.passwords.hash(password)
  await server.context.store.users.insert([conformanceUser(hash, clock.now)])
  app = server.app
  return { discoveryUrl: `${issuer}/.well-known/openid-configuration`, clock }
}
