/** A Countersign process with the config of production, clients of every kind, and the users of the tests. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { UserAgent } from '../../packages/server/src/user-agent/user-agent.ts'
import { basicOf } from '../../packages/server/test/support/clients.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  webApp,
} from '../../packages/server/test/support/code-flow.ts'
import type { DatabaseKind } from '../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../packages/server/test/support/people.ts'
import { testSecret } from '../../packages/server/test/support/server.ts'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'
import { freePort } from './free-port.ts'
import {
  type Environment,
  type Finished,
  onTestsPostgres,
  runCommand,
  startCommand,
  temporaryFolder,
} from './process.ts'

/** The resource that its tokens are for. */
export const resource = 'https://api.example.com/items'

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
}

export interface Deployment {
  readonly origin: string
  readonly databaseUrl: string
  /** Runs an operator's command on the same database. */
  readonly run: (args: readonly string[], input?: string) => Promise<Finished>
  /** Registers a client with a secret, and returns its `Authorization` header. */
  readonly addClient: (id: string, ...flags: readonly string[]) => Promise<Record<string, string>>
  readonly post: (path: string, form: Readonly<Record<string, string>>, headers?: object) => Promise<Response>
  /** The response of /token to a request for `resource`. */
  readonly tokens: (form: Readonly<Record<string, string>>, headers?: object) => Promise<Tokens>
  /** A new browser. */
  readonly browse: () => UserAgent
  /** Stops the process, and starts it again with other settings too. Returns what the former one wrote. */
  readonly restart: (settings: Environment) => Promise<Finished>
  /** Logs in as tim at the client with the id `web-app`, in that browser. */
  readonly logIn: (agent: UserAgent, authorization: Readonly<Record<string, string>>) => Promise<Tokens>
}

/** The arguments of `clients add` for `web-app`. */
export const webAppFlags: readonly string[] = [
  ...['--redirect-uri', webApp.redirect_uris?.[0] ?? ''],
  ...['--post-logout-redirect-uri', webApp.post_logout_redirect_uris?.[0] ?? ''],
  ...['--grant-type', 'authorization_code', '--grant-type', 'refresh_token'],
  ...['--scope', 'openid items'],
]

/** `countersign serve` on a fresh database, stopped when the test ends. `settings` are environment variables. */
export async function startDeployment(
  test: TestContext,
  kind: DatabaseKind,
  settings: Environment = {},
): Promise<Deployment> {
  const databaseUrl = await databaseWithUsers(test, kind)
  const environment = {
    DATA_DIR: temporaryFolder(test),
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    RESOURCES: resource,
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./items.config.ts', import.meta.url)),
    // The issuer contains the port.
    PORT: String(await freePort()),
    ...onTestsPostgres,
    ...settings,
  }
  let { origin, stop } = await startCommand(test, ['serve'], environment)

  async function restart(others: Environment): Promise<Finished> {
    const finished = await stop()
    ;({ origin, stop } = await startCommand(test, ['serve'], { ...environment, ...others }))
    return finished
  }

  async function run(args: readonly string[], input?: string): Promise<Finished> {
    const finished = await runCommand(args, environment, input)
    assert.equal(finished.code, 0, finished.stderr)
    return finished
  }

  async function addClient(id: string, ...flags: readonly string[]): Promise<Record<string, string>> {
    const { stdout } = await run(['clients', 'add', id, ...flags])
    return basicOf(id, /^client_secret {2}([\w-]{43})$/m.exec(stdout)?.[1])
  }

  function post(path: string, form: Readonly<Record<string, string>>, headers: object = {}): Promise<Response> {
    return fetch(`${origin}${path}`, { method: 'POST', headers: { ...headers }, body: new URLSearchParams(form) })
  }

  async function tokens(form: Readonly<Record<string, string>>, headers?: object): Promise<Tokens> {
    const response = await post('/token', { scope: 'items', resource, ...form }, headers)
    const body = await response.text()
    assert.equal(response.status, 200, body)
    return JSON.parse(body)
  }

  async function logIn(agent: UserAgent, authorization: Readonly<Record<string, string>>): Promise<Tokens> {
    const pkce = newPkce()
    const request = requestOf(webApp, pkce, { scope: 'openid items', resource })
    const page = await passPages(agent, await agent.open(authorizeUrl(request)))
    return await tokens(
      {
        grant_type: 'authorization_code',
        code: responseOf(page).get('code') ?? page.body,
        redirect_uri: webApp.redirect_uris?.[0] ?? '',
        code_verifier: pkce.verifier,
      },
      authorization,
    )
  }

  return {
    origin,
    databaseUrl,
    run,
    addClient,
    post,
    tokens,
    browse: () => createUserAgent(fetch, origin),
    restart,
    logIn,
  }
}
