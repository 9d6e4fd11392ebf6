/** Two servers on one database with one clock, as two processes on one machine are. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { clientSecret } from '../support/clients.ts'
import { type DatabaseKind, preparedDatabase } from '../support/databases.ts'
import type { Scope } from '../support/scope.ts'
import { startOfTests, startServerWithoutUsers, type TestServer } from '../support/server.ts'
import { aUser } from '../support/users.ts'
import { type ClientId, lifetimes } from './state.ts'

export const firstPassword = 'tim1234'
/** That the rules for new passwords allow. */
export const newPasswords = ['copper lantern over 9 rivers', 'velvet anchor under 7 hills'] as const
/** Of the first one, with the scheme and the cost of the server, so that a login does not replace it. */
const firstHash = '$argon2id$v=19$m=19456,t=2,p=1$x6QjNb5EpvzLyKVVq0CICw$jd7tFqxkMESKYFRJkCqPmEYzGUpEsXOlHAIidLBXyLA'

const shared = {
  client_secret: clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  scope: 'openid me offline_access',
} as const

export const clients: Readonly<Record<ClientId, ClientDeclaration>> = {
  app: { ...shared, client_id: 'app', redirect_uris: ['https://app.example.com/cb'] },
  own: { ...shared, client_id: 'own', redirect_uris: ['https://own.example.com/cb'], first_party: true },
}

const options = {
  clients: Object.values(clients),
  accessTokenExpireMinutes: lifetimes.accessToken / 60,
  refreshTokenGrace: lifetimes.refreshTokenGrace,
  refreshTokenIdleLifetime: lifetimes.refreshTokenIdle,
  refreshTokenLifetime: lifetimes.refreshToken,
  sessionIdleLifetime: lifetimes.sessionIdle,
  sessionLifetime: lifetimes.session,
  // Unknown tokens are counted: those that housekeeping has removed.
  accountFailureLimit: 100,
  addressFailureLimit: 100_000,
}

export interface Pair {
  readonly at: (which: number) => TestServer
  readonly now: () => number
  readonly wait: (seconds: number) => void
  readonly restart: (which: number) => Promise<void>
  readonly addUser: (id: string) => Promise<void>
  /** On PostgreSQL. */
  readonly databaseName: string | undefined
}

export async function startPair(scope: Scope, database: DatabaseKind): Promise<Pair> {
  const { url: databaseUrl, remove } = await preparedDatabase(database)
  const clock = { now: startOfTests }
  const ends: (() => Promise<void>)[] = [remove, async () => {}, async () => {}]
  const start = async (which: number): Promise<TestServer> => {
    // Closed by `restart` or at the end.
    let end = async () => {}
    const started = await startServerWithoutUsers(
      {
        after: (close) => {
          end = async () => {
            await close()
          }
        },
      },
      { ...options, databaseUrl },
      clock,
    )
    ends[which + 1] = end
    return started
  }
  const servers = [await start(0), await start(1)]
  scope.after(async () => {
    for (const end of ends.toReversed()) await end()
  })
  const at = (which: number): TestServer => {
    const server = servers[which % 2]
    if (!server) throw new Error(`no server ${which}`)
    return server
  }
  return {
    at,
    now: () => clock.now,
    wait: (seconds) => {
      clock.now += seconds
    },
    restart: async (which) => {
      await ends[which + 1]?.()
      servers[which] = await start(which)
    },
    addUser: async (id) => {
      await at(0).server.context.store.users.insert([aUser(id, { passwordHash: firstHash, createdAt: clock.now })])
    },
    databaseName: database === 'postgres' ? new URL(databaseUrl).pathname.slice(1) : undefined,
  }
}
