/** The steps of a login whose results the account states list, and what was valid before the change of state. */
import type { TestContext } from 'node:test'
import { hashClientSecret } from '../../src/clients/client-secret.ts'
import { type ClientDeclaration, clientOf } from '../../src/domain/client-metadata.ts'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { givenCode } from './authorization.ts'
import { basicOf, clientSecret } from './clients.ts'
import { authorizeUrl, exchange, logIn, newPkce, requestOf, responseOf, type Tokens, userAgentOf } from './code-flow.ts'
import type { DatabaseKind } from './databases.ts'
import { introspect } from './grants.ts'
import { startPasswordGrantServer } from './password-grant.ts'
import type { TestServer } from './server.ts'

export const metadata: ClientDeclaration = {
  client_id: 'registered',
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
  redirect_uris: ['https://app.example.com/cb'],
  scope: 'openid me items',
}
export const client = { ...metadata, client_secret: clientSecret }
const scope = 'openid me'
const credentials = { username: 'tim', password: 'tim1234' }

/** What tim and the client have before the change. */
export interface Before {
  readonly server: TestServer
  /** tim is logged in here, and has given the client a permanent consent. */
  readonly agent: UserAgent
  readonly tokens: Tokens
  /** Exchanges a code that was not used yet. */
  readonly codeForm: Readonly<Record<string, string | undefined>>
  /** An access token of the password grant. */
  readonly direct: string
  /** An access token of the deployment's own software, which has no grant. */
  readonly ungranted: string
}

export async function prepare(t: TestContext, database: DatabaseKind): Promise<Before> {
  const api: ClientDeclaration = {
    client_id: 'api',
    client_secret: clientSecret,
    grant_types: ['client_credentials'],
    resource_server: true,
  }
  const server = await startPasswordGrantServer(t, { database, clients: [api], accountFailureLimit: 3 })
  const { store } = server.server.context
  await store.clients.insert(clientOf(metadata, false), hashClientSecret(clientSecret), server.clock.now)
  const agent = userAgentOf(server)
  const tokens = await logIn(server, client, { scope }, agent)
  const { form: codeForm } = await givenCode(server, client, { scope }, { agent })
  const { body } = await exchange(server, client, { grant_type: 'password', scope: 'me', ...credentials })
  const ungranted = await server.accessToken('tim', 'me')
  return { server, agent, tokens, codeForm, direct: String(body['access_token']), ungranted }
}

const authorizeWith = (agent: UserAgent, more = {}) =>
  agent.open(authorizeUrl(requestOf(client, newPkce(), { scope, ...more })))

/** Where a browser ends up: `code`, the name of a page, or the error that the client or the user gets. */
export async function whereTo(agent: UserAgent, more = {}): Promise<string> {
  const { url, status } = await authorizeWith(agent, more)
  if (!url.startsWith('https://app.example.com/cb?')) return status === 200 ? new URL(url).pathname : 'error page'
  const response = responseOf({ url } as Parameters<typeof responseOf>[0])
  return response.get('error') ?? (response.has('code') ? 'code' : 'nothing')
}

async function exchanged({ server }: Before, form: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { body } = await exchange(server, client, form)
  return String(body['error'] ?? `tokens for ${body['scope']}`)
}

export async function opened({ server }: Before, path: string, token: string): Promise<string> {
  const response = await server.get(path, { authorization: `Bearer ${token}` })
  return String(response.status === 200 ? 'ok' : JSON.parse(await response.text()).error)
}

export const steps: Readonly<Record<string, (before: Before) => Promise<string>>> = {
  'authorize with a session': ({ agent }) => whereTo(agent),
  'prompt=none': ({ agent }) => whereTo(agent, { prompt: 'none' }),
  'login page': async ({ server }) => {
    const agent = userAgentOf(server)
    const page = await authorizeWith(agent)
    if (!page.body.includes('name="password"')) return page.status === 303 ? 'not reached' : 'error page'
    return (await agent.submit(page, credentials)).status === 401 ? 'rejected' : 'logged in'
  },
  'code exchange': (before) => exchanged(before, before.codeForm),
  refresh: (before) => exchanged(before, { grant_type: 'refresh_token', refresh_token: before.tokens.refresh_token }),
  client_credentials: (before) => exchanged(before, { grant_type: 'client_credentials', scope: 'me' }),
  'password grant': (before) => exchanged(before, { grant_type: 'password', scope: 'me', ...credentials }),
  userinfo: (before) => opened(before, '/userinfo', before.tokens.access_token),
  'users/me': (before) => opened(before, '/users/me', before.tokens.access_token),
  'users/me with a token of the password grant': (before) => opened(before, '/users/me', before.direct),
  'users/me with a token of no grant': (before) => opened(before, '/users/me', before.ungranted),
  introspection: async ({ server, tokens }) =>
    (await introspect(server, tokens.access_token))['active'] === true ? 'active' : 'inactive',
  'introspection of the refresh token': async ({ server, tokens }) => {
    const response = await server.post(
      '/introspect',
      { token: tokens.refresh_token },
      basicOf(client.client_id, client.client_secret),
    )
    const { active, error } = JSON.parse(await response.text())
    return error ?? (active ? 'active' : 'inactive')
  },
}

/** In the order of `steps`, but the refresh token is introspected before it is used. */
export const order = Object.keys(steps).toSorted(
  (one, other) => Number(other.includes('of the refresh')) - Number(one.includes('of the refresh')),
)

/** What the steps return when nothing was changed. A state lists only the differences. */
export const unchanged: Readonly<Record<string, string>> = {
  'authorize with a session': 'code',
  'prompt=none': 'code',
  'login page': 'logged in',
  'code exchange': 'tokens for openid me',
  refresh: 'tokens for openid me',
  client_credentials: 'tokens for me',
  'password grant': 'tokens for me',
  userinfo: 'ok',
  'users/me': 'ok',
  'users/me with a token of the password grant': 'ok',
  'users/me with a token of no grant': 'ok',
  introspection: 'active',
  'introspection of the refresh token': 'active',
}
