/** RFC 8707, Resource Indicators: tokens for the APIs that the configuration names, and for no other. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { rejectionReasons } from '../support/accounts.ts'
import { ask, parametersOf } from '../support/authorization.ts'
import { basicOf, clientSecret } from '../support/clients.ts'
import {
  authorizeUrl,
  exchange,
  issuer,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  singlePageApp,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { introspect } from '../support/grants.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { startServer, type TestServer } from '../support/server.ts'

const api = 'https://api.example.com'
const mcp = 'https://mcp.example.com/mcp'
const urn = 'urn:example:reports'
const service: ClientDeclaration = {
  client_id: 'api',
  client_secret: clientSecret,
  grant_types: ['client_credentials', 'password', 'refresh_token'],
  redirect_uris: ['https://service.example.com/cb'],
  resource_server: true,
  audiences: [api, mcp],
}
const options = { clients: [webApp, singlePageApp, service], resources: [api, mcp, urn] }

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, options)

/** A form with `resource` once or several times. */
function withResources(form: Readonly<Record<string, string>>, resources: readonly string[]): string {
  return new URLSearchParams([...Object.entries(form), ...resources.map((one) => ['resource', one])]).toString()
}

interface TokenResponse {
  readonly status: number
  readonly error: string | undefined
  readonly aud: string | readonly string[] | undefined
  readonly accessToken: string
  readonly refreshToken: string
}

async function tokens(
  { post }: TestServer,
  form: Readonly<Record<string, string>>,
  resources: readonly string[],
  client = webApp,
): Promise<TokenResponse> {
  const isPublic = client.token_endpoint_auth_method === 'none'
  const fields = isPublic ? { ...form, client_id: client.client_id ?? '' } : form
  const headers = isPublic ? {} : basicOf(client.client_id, client.client_secret)
  const response = await post('/token', withResources(fields, resources), headers)
  const { error, access_token: accessToken, refresh_token: refreshToken } = JSON.parse(await response.text())
  const aud = accessToken === undefined ? undefined : decodeJwt(accessToken).aud
  return { status: response.status, error, aud, accessToken: accessToken ?? '', refreshToken: refreshToken ?? '' }
}

/** A code that was requested with `resources`, and what its exchange sends. */
async function codeFor(server: TestServer, resources: readonly string[], client = webApp) {
  const pkce = newPkce()
  const url = `${authorizeUrl(requestOf(client, pkce))}&${withResources({}, resources)}`
  const agent = userAgentOf(server)
  const code = responseOf(await passPages(agent, await agent.open(url))).get('code') ?? ''
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirect_uris?.[0] ?? '',
    code_verifier: pkce.verifier,
  }
}

/** A user in one browser, and what the client requests. */
function userAt(server: TestServer) {
  const agent = userAgentOf(server)
  const open = (scope: string, resources: readonly string[], more: Record<string, string> = {}) =>
    agent.open(`${authorizeUrl(requestOf(webApp, newPkce(), { scope, ...more }))}&${withResources({}, resources)}`)
  return {
    open,
    logIn: async () => {
      await agent.submit(await open('me', []), { username: 'tim', password: 'tim1234' })
    },
    /** Permanently. */
    allow: async (scope: string, resources: readonly string[]) => {
      assert.ok(responseOf(await passPages(agent, await open(scope, resources))).get('code'))
    },
    /** The error when the user cannot be asked. */
    silent: async (scope: string, resources: readonly string[]) =>
      responseOf(await open(scope, resources, { prompt: 'none' })).get('error'),
  }
}

const refreshOf = ({ refreshToken }: TokenResponse) => ({ grant_type: 'refresh_token', refresh_token: refreshToken })

for (const database of databaseKinds) {
  for (const [requested, aud] of [
    [[], issuer],
    [[issuer], issuer],
    [[api], api],
    [[`${api}/`], api],
    [[`${issuer}/`], issuer],
    [[api, `${api}/`], api],
    [[urn], urn],
    [
      [mcp, issuer],
      [mcp, issuer],
    ],
    [
      [urn, api, mcp],
      [urn, api, mcp],
    ],
  ] as const) {
    test(`${database}: §2.1, §2.2 the resources [${requested}] of /authorize are the aud of all its tokens, as registered`, async (t) => {
      const server = await startServer(t, { ...options, database })
      const first = await tokens(server, await codeFor(server, requested), [])
      assert.deepEqual(first.aud, aud)
      const second = await tokens(server, refreshOf(first), [])
      assert.deepEqual(second.aud, aud)
      const third = await tokens(server, refreshOf(second), requested)
      assert.deepEqual(third.aud, aud)
    })
  }

  test(`${database}: §2.2 a code and a refresh token can be used for each part of what was granted, a different one each time`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const first = await tokens(server, await codeFor(server, [api, mcp]), [`${api}/`])
    assert.equal(first.aud, api)
    const second = await tokens(server, refreshOf(first), [mcp])
    assert.equal(second.aud, mcp)
    const third = await tokens(server, refreshOf(second), [])
    assert.deepEqual(third.aud, [api, mcp])
  })

  test(`${database}: F20 §2.2 what was not granted is invalid_target, and consumes neither code nor refresh token`, async (t) => {
    const server = await startServer(t, { ...options, database })
    for (const [granted, more] of [
      [[], [api]],
      [[api], [issuer]],
      [[api], [api, mcp]],
      [[issuer, mcp], [urn]],
    ] as const) {
      const form = await codeFor(server, granted)
      assert.equal((await tokens(server, form, more)).error, 'invalid_target')
      const first = await tokens(server, form, [])
      assert.equal(first.status, 200)
      assert.equal((await tokens(server, refreshOf(first), more)).error, 'invalid_target')
      assert.equal((await tokens(server, refreshOf(first), [])).status, 200)
    }
    assert.deepEqual([...new Set(rejectionReasons(server))], ['resource_not_granted'])
  })

  test(`${database}: a refresh token that is used again in its grace period gives the same successor, for no other resource`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const granted = await tokens(server, await codeFor(server, [api, mcp]), [])
    const first = await tokens(server, refreshOf(granted), [api])
    const again = await tokens(server, refreshOf(granted), [])
    assert.deepEqual([again.aud, again.refreshToken], [api, first.refreshToken])
    assert.equal((await tokens(server, refreshOf(granted), [mcp])).error, 'invalid_target')
    assert.equal((await tokens(server, refreshOf(first), [mcp])).aud, mcp)
  })

  test(`${database}: a resource that the config no longer names is omitted; when none is left, it is invalid_target`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const both = await tokens(server, await codeFor(server, [api, mcp]), [])
    const one = await tokens(server, await codeFor(server, [api]), [])
    const { databaseUrl } = server
    const later = await startServer(t, { ...options, databaseUrl, resources: [mcp] })
    assert.equal((await tokens(later, refreshOf(both), [])).aud, mcp)
    assert.equal((await tokens(later, refreshOf(one), [])).error, 'invalid_target')
    assert.deepEqual(rejectionReasons(later), ['resource_withdrawn'])
    const respelt = await startServer(t, { ...options, databaseUrl, resources: [`${api}/`] })
    assert.equal((await tokens(respelt, refreshOf(one), [])).aud, `${api}/`)
  })

  test(`${database}: §2.2 client_credentials and password request a resource at the token endpoint; a refresh token keeps it`, async (t) => {
    const server = await startPasswordGrantServer(t, { ...options, database })
    const own = { grant_type: 'client_credentials' }
    const password = { grant_type: 'password', username: 'tim', password: 'tim1234' }
    for (const form of [own, password]) {
      assert.equal((await tokens(server, form, [], service)).aud, issuer)
      assert.equal((await tokens(server, form, [`${api}/`], service)).aud, api)
      assert.deepEqual((await tokens(server, form, [api, issuer], service)).aud, [api, issuer])
      assert.equal((await tokens(server, form, ['https://unknown.example'], service)).error, 'invalid_target')
    }
    const first = await tokens(server, password, [mcp], service)
    assert.equal((await tokens(server, refreshOf(first), [], service)).aud, mcp)
    assert.equal((await tokens(server, refreshOf(first), [api], service)).error, 'invalid_target')
    const { post } = server
    const firstParty = await post('/token', { username: 'tim', password: 'tim1234', resource: api })
    assert.equal(decodeJwt(JSON.parse(await firstParty.text()).access_token).aud, api)
  })

  test(`${database}: K9 E12 a token for another resource server is not accepted here, but can be introspected and revoked like any other`, async (t) => {
    const server = await startServer(t, { ...options, database })
    const { accessToken } = await tokens(server, await codeFor(server, [api]), [])
    const both = await tokens(server, await codeFor(server, [api, issuer]), [])
    const status = async (path: string, token: string) =>
      (await server.get(path, { authorization: `Bearer ${token}` })).status
    for (const path of ['/userinfo', '/users/me']) assert.equal(await status(path, accessToken), 401, path)
    assert.equal(await status('/userinfo', both.accessToken), 200)
    const about = await introspect(server, accessToken)
    assert.deepEqual([about['active'], about['aud']], [true, api])
    assert.deepEqual((await introspect(server, both.accessToken))['aud'], [api, issuer])

    const credentials = basicOf(webApp.client_id, webApp.client_secret)
    assert.equal((await server.post('/revoke', { token: accessToken }, credentials)).status, 200)
    assert.deepEqual(await introspect(server, accessToken), { active: false })
  })

  test(`${database}: F21 each scope is allowed for the resource servers that it was requested for, and for no other`, async (t) => {
    const { allow, silent } = userAt(await startServer(t, { ...options, database }))
    await allow('openid email profile', [])
    assert.equal(await silent('openid email profile', [mcp]), 'consent_required')
    await allow('openid', [mcp])
    assert.equal(await silent('openid', [mcp]), null)
    assert.equal(await silent('openid email profile', []), null)
    assert.equal(await silent('email', [issuer]), null)
    assert.equal(await silent('openid', [issuer, mcp]), null)
    assert.equal(await silent('openid email', [mcp]), 'consent_required')
    assert.equal(await silent('openid email', [issuer, mcp]), 'consent_required')
    assert.equal(await silent('openid', [api]), 'consent_required')
    await allow('email', [mcp, api])
    assert.equal(await silent('openid email', [mcp]), null)
    assert.equal(await silent('openid email', [api]), 'consent_required')
    assert.equal(await silent('email', [api, mcp, issuer]), null)
  })

  test(`${database}: F21 what is allowed for another resource server is not allowed for this one`, async (t) => {
    const { allow, silent } = userAt(await startServer(t, { ...options, database }))
    await allow('openid email', [mcp])
    assert.equal(await silent('openid email', [mcp]), null)
    for (const resources of [[], [issuer], [issuer, mcp], [api]]) {
      assert.equal(await silent('openid email', resources), 'consent_required', String(resources))
    }
  })

  test(`${database}: the consent page distinguishes resource servers on one host`, async (t) => {
    const other = 'https://mcp.example.com/mcp/other?part=1'
    const local = 'http://localhost:3000/mcp'
    const resources = [...options.resources, other, local]
    const { open, logIn } = userAt(await startServer(t, { ...options, resources, database }))
    await logIn()
    const places = async (requested: readonly string[]) =>
      /For use at ([^<]+)/.exec((await open('me', requested)).body)?.[1]
    assert.equal(await places([mcp]), 'mcp.example.com/mcp')
    assert.equal(await places([other]), 'mcp.example.com/mcp/other?part=1')
    assert.equal(await places([`${api}/`, urn, local]), `api.example.com, ${urn}, ${local}`)
    assert.equal(await places([issuer]), undefined)
  })
}

for (const resource of [
  'https://API.example.com',
  'https://api.example.com:443',
  'https://api.example.com//',
  'https://api.example.com/v1',
  'https://api.example.com?',
  'https://api.example.com#',
  'https://api.example.com.evil.example',
  'http://api.example.com',
  'api.example.com',
  `${mcp}/`,
  `${urn}/`,
]) {
  test(`F20 §2 ${resource} is not one of the resources, so it is invalid_target`, async () => {
    assert.equal(parametersOf(await ask(server, { resource })).get('error'), 'invalid_target')
    const form = { grant_type: 'client_credentials' }
    assert.equal((await tokens(server, form, [resource], service)).error, 'invalid_target')
    assert.equal((await tokens(server, form, [api, resource], service)).error, 'invalid_target')
  })
}

test('AS-15 an MCP client sends the resource each time: at /authorize, with the code and at each refresh', async () => {
  const first = await tokens(server, await codeFor(server, [mcp], singlePageApp), [mcp], singlePageApp)
  assert.equal(first.aud, mcp)
  assert.equal((await tokens(server, refreshOf(first), [mcp], singlePageApp)).aud, mcp)
})

test('the aud of an ID token is the client, whatever the aud of the access token is', async () => {
  const { body } = await exchange(server, webApp, await codeFor(server, [api]))
  assert.equal(decodeJwt(String(body['id_token'])).aud, webApp.client_id)
})

test('under HS256 tokens have no audience, so none can be requested', async (t) => {
  const server = await startServer(t, { clients: [service], algorithm: 'HS256' })
  const own = { grant_type: 'client_credentials' }
  assert.equal((await tokens(server, own, [api], service)).error, 'invalid_target')
  assert.equal((await tokens(server, own, [issuer], service)).aud, undefined)
})
