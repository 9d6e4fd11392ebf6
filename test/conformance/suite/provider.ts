/** Countersign for the conformance suite: with the suite's clients and its user, on a fresh database, behind a TLS proxy. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../packages/server/src/cli/run.ts'
import { untilSignal } from '../../../packages/server/src/cli/stop-signal.ts'
import { systemRandom } from '../../../packages/server/src/environment.ts'
import { createServer } from '../../../packages/server/src/server.ts'
import { backchannelClient, loginClients, rpLogoutClient, suiteBase } from './clients.ts'
import { conformanceUser, password } from './user.ts'

const port = 8000
const folder = mkdtempSync(join(tmpdir(), 'countersign-conformance-'))
const { client, client2, client_secret_post: clientOfPost } = loginClients(suiteBase)
const server = await createServer(
  {
    secretKey: Buffer.from(systemRandom.bytes(32)).toString('base64url'),
    issuer: 'https://countersign',
    databaseUrl: `sqlite:${join(folder, 'conformance.db')}`,
    clients: [client, client2, clientOfPost, rpLogoutClient(suiteBase), backchannelClient(suiteBase)],
    // The suite's host name resolves to this machine.
    allowPrivateLogoutAddresses: true,
  },
  { migrate: true },
)
const now = Math.floor(server.context.now())
await server.context.store.users.insert([conformanceUser(await server.context.passwords.hash(password), now)])
const untilStop = untilSignal(server.context, () =>
  server.context.log.info({ port }, 'ready for the conformance suite'),
)
await run(server, { host: '0.0.0.0', port, untilStop })
rmSync(folder, { recursive: true, force: true })
