/** A whole server in process: real store, fake clock, log lines kept. */
import type { TestContext } from 'node:test'
import type { Options } from '../../src/config/options.ts'
import { addDemoUsers } from '../../src/demo/users.ts'
import { type Log, systemRandom } from '../../src/environment.ts'
import { type Listening, listen } from '../../src/http/listen.ts'
import { type Countersign, createServer } from '../../src/server.ts'
import { type DatabaseKind, freshDatabase, preparedDatabase } from './databases.ts'

export interface LogLine {
  readonly level: keyof Log
  readonly message: string
  readonly facts: Record<string, unknown>
}

export interface TestServer {
  readonly server: Countersign
  readonly clock: { now: number }
  readonly log: readonly LogLine[]
  readonly databaseUrl: string
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>
  /** Posts a form; a string goes out as it is. */
  readonly post: (
    path: string,
    form: Record<string, string> | string,
    headers?: Record<string, string>,
  ) => Promise<Response>
  /** Logs in and answers the access token. */
  readonly login: (username: string, password: string, scope?: string) => Promise<string>
}

/** Where the tests' clocks begin, in seconds since the epoch. */
export const startOfTests = 1_800_000_000

export const testSecret = 'a secret of the tests, long enough for anyone: 7f3c9d'

/** Started with tim and alice, first-party password grant; closed when the test ends. */
export async function startServer(
  test: TestContext,
  options: Partial<Options> & { readonly database?: DatabaseKind } = {},
): Promise<TestServer> {
  const { database = 'sqlite', ...rest } = options
  // The prepared keys are sealed with the tests' secret.
  const makeDatabase = rest.secretKey === undefined ? preparedDatabase : freshDatabase
  const fresh = rest.databaseUrl === undefined ? await makeDatabase(database) : undefined
  const databaseUrl = rest.databaseUrl ?? fresh?.url ?? ''
  const clock = { now: startOfTests }
  const log: LogLine[] = []
  const server = await createServer(
    { secretKey: testSecret, demo: true, passwordGrant: 'first-party', ...rest, databaseUrl },
    { migrate: true, now: () => clock.now, log: collect(log) },
  )
  await addDemoUsers(server.context.store, systemRandom, clock.now)
  test.after(async () => {
    await server.close()
    await fresh?.remove()
  })

  const origin = 'http://127.0.0.1:8000'
  const get: TestServer['get'] = async (path, headers = {}) =>
    server.fetch(new Request(`${origin}${path}`, { headers }))
  const post: TestServer['post'] = async (path, form, headers = {}) =>
    server.fetch(
      new Request(`${origin}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      }),
    )
  const login: TestServer['login'] = async (username, password, scope) => {
    const response = await post('/token', { username, password, ...(scope !== undefined && { scope }) })
    const body = JSON.parse(await response.text())
    if (response.status !== 200) throw new Error(`login answered ${response.status} ${JSON.stringify(body)}`)
    return body.access_token
  }
  return { server, clock, log, databaseUrl, get, post, login }
}

/** Opens a real port on loopback for the server; closed when the test ends. */
export async function openPort(test: TestContext, { server }: TestServer): Promise<{ origin: string; port: number }> {
  const listening: Listening = await listen(server.app, '127.0.0.1', 0)
  test.after(() => listening.close(0))
  return { origin: `http://127.0.0.1:${listening.port}`, port: listening.port }
}

function collect(lines: LogLine[]): Log {
  const at = (level: keyof Log) => (facts: object, message: string) => {
    lines.push({ level, message, facts: { ...facts } })
  }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
