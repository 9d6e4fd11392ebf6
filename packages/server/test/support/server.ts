/** A whole server in process: a real store, a fake clock, recorded log lines. */
import type { Options } from '../../src/config/options.ts'
import { firstPartyClient } from '../../src/domain/client.ts'
import { tutorialScopes } from '../../src/domain/scope.ts'
import type { Log } from '../../src/environment.ts'
import { type Listening, listen } from '../../src/http/listen.ts'
import { createServer, type Server } from '../../src/server.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { type DatabaseKind, freshDatabase, preparedDatabase } from './databases.ts'
import { sharedThreads } from './password-threads.ts'
import { addTestUsers } from './people.ts'
import type { Scope } from './scope.ts'

export interface LogLine {
  readonly level: keyof Log
  readonly message: string
  readonly facts: Record<string, unknown>
}

export interface TestServer {
  readonly server: Server
  readonly clock: { now: number }
  readonly log: readonly LogLine[]
  readonly databaseUrl: string
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>
  /** Posts a form; a string is sent unchanged. */
  readonly post: (
    path: string,
    form: Record<string, string> | string,
    headers?: Record<string, string>,
  ) => Promise<Response>
  /** Issues an access token of the deployment's own software, without a grant. @default for tim, with the scopes `me items` */
  readonly accessToken: (userId?: string, scope?: string) => Promise<string>
}

export type ServerOptions = Partial<Options> & { readonly database?: DatabaseKind }

/** Where the requests of the tests come from. */
export const loopback = { address: '127.0.0.1' } as const

/** The initial time of the tests' clocks, in seconds since the epoch. */
export const startOfTests = 1_800_000_000

export const testSecret = 'a secret of the tests, long enough for anyone: 7f3c9d'

/** With the config of production, the tutorial's scopes as its own, tim and alice; closed with `scope`. */
export async function startServer(scope: Scope, options: ServerOptions = {}): Promise<TestServer> {
  const started = await startServerWithoutUsers(scope, options)
  await addTestUsers(started.server.context.store, startOfTests)
  return started
}

/** The same without any user; closed with `scope`. Servers on one database may share a clock. */
export async function startServerWithoutUsers(
  scope: Scope,
  options: ServerOptions = {},
  clock: TestServer['clock'] = { now: startOfTests },
): Promise<TestServer> {
  const { database = 'sqlite', ...rest } = options
  // The prepared keys are encrypted with the tests' secret.
  const makeDatabase = rest.secretKey === undefined ? preparedDatabase : freshDatabase
  const fresh = rest.databaseUrl === undefined ? await makeDatabase(database) : undefined
  const databaseUrl = rest.databaseUrl ?? fresh?.url ?? ''
  const log: LogLine[] = []
  const server = await createServer(
    { secretKey: testSecret, ...(!rest.demo && { scopes: tutorialScopes }), ...rest, databaseUrl },
    {
      migrate: true,
      now: () => clock.now,
      log: collect(log),
      ...(!limitsThreads(rest) && { passwords: sharedThreads() }),
    },
  )
  scope.after(async () => {
    await server.close()
    await fresh?.remove()
  })

  const origin = 'http://127.0.0.1:8000'
  const get: TestServer['get'] = async (path, headers = {}) =>
    server.fetch(new Request(`${origin}${path}`, { headers }), loopback)
  const post: TestServer['post'] = async (path, form, headers = {}) =>
    server.fetch(
      new Request(`${origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      }),
      loopback,
    )
  const accessToken: TestServer['accessToken'] = async (userId = 'tim', scope = 'me items') => {
    const owner = await server.context.store.users.findById(userId)
    const { token } = await createAccessToken(server.context, {
      subject: userId,
      clientId: firstPartyClient.id,
      scopes: scope.split(' '),
      resources: [],
      notBefore: owner?.subject.tokensValidFrom,
    })
    return token
  }
  return { server, clock, log, databaseUrl, get, post, accessToken }
}

/** Opens a real port on loopback for the server; closed with `scope`. */
export async function openPort(scope: Scope, { server }: TestServer): Promise<{ origin: string; port: number }> {
  const listening: Listening = await listen(server.app, '127.0.0.1', 0, server.context.config)
  scope.after(() => listening.close(0))
  return { origin: `http://127.0.0.1:${listening.port}`, port: listening.port }
}

/** Whether the server needs threads of its own, in this number. */
function limitsThreads({ passwordWorkers, passwordQueueLimit }: ServerOptions): boolean {
  return passwordWorkers !== undefined || passwordQueueLimit !== undefined
}

function collect(lines: LogLine[]): Log {
  const at = (level: keyof Log) => (facts: object, message: string) => {
    lines.push({ level, message, facts: { ...facts } })
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
