/** The scopes `groups` and `roles`: claims in access tokens (RFC 9068 §2.2.3.1), ID tokens and at /userinfo; on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { addGroup, addMember, removeMember } from '../../src/users/groups/groups.ts'
import { addRole, assignRole } from '../../src/users/groups/roles.ts'
import { errorFor } from '../support/authorization.ts'
import { basicOf } from '../support/clients.ts'
import {
  authorizeUrl,
  exchange,
  logIn,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from '../support/code-flow.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import type { Scope } from '../support/scope.ts'
import { type ServerOptions, startServer, type TestServer } from '../support/server.ts'

const scope = 'openid groups roles'
const prefixed: ClientDeclaration = { ...webApp, client_id: 'prefixed', groups_prefix: 'oidc:' }
const rolesAlone: ClientDeclaration = { ...webApp, client_id: 'roles-alone', claims_in_id_token: ['roles', 'email'] }
const none: ClientDeclaration = { ...webApp, client_id: 'none', claims_in_id_token: [] }
const clients = [webApp, prefixed, rolesAlone, none]

/** tim is in staff and editors; staff has the role reader, and he is an admin himself. */
async function start(t: Scope, options: ServerOptions = {}): Promise<TestServer> {
  const server = await startServer(t, { clients, ...options })
  const ctx = server.server.context
  for (const name of ['staff', 'editors']) {
    await addGroup(ctx, name)
    await addMember(ctx, name, 'tim')
  }
  for (const name of ['reader', 'admin']) await addRole(ctx, name)
  await assignRole(ctx, 'reader', { group: 'staff' })
  await assignRole(ctx, 'admin', { userId: 'tim' })
  return server
}

/** The two claims of a token. */
function claimsOf(token: string): readonly unknown[] {
  const { groups, roles } = decodeJwt(token)
  return [groups, roles]
}

async function userInfo({ get }: TestServer, token: string): Promise<Record<string, unknown>> {
  return JSON.parse(await (await get('/userinfo', { authorization: `Bearer ${token}` })).text())
}

/** Puts tim into groups whose names have this many bytes in all. */
async function fill({ server }: TestServer, count: number, length: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${index}`.padStart(length, 'g'))
  await server.context.store.groups.replaceOfSource('tim', 'company', names, 1)
}

/** Like `exchange`, with the headers. */
async function post({ post: send }: TestServer, form: Record<string, string>) {
  const response = await send('/token', form, basicOf(webApp.client_id, webApp.client_secret))
  const body: Record<string, unknown> = JSON.parse(await response.text())
  return { status: response.status, headers: response.headers, body }
}

function allDatabases(title: string, work: (t: Scope, database: DatabaseKind) => Promise<void>): void {
  for (const database of databaseKinds) test(`${database}: ${title}`, (t) => work(t, database))
}

allDatabases('the scopes give the names in order, in all three places', async (t, database) => {
  const server = await start(t, { database })
  const tokens = await logIn(server, webApp, { scope })
  const expected = [
    ['editors', 'staff'],
    ['admin', 'reader'],
  ]
  assert.deepEqual(claimsOf(tokens.access_token), expected)
  assert.deepEqual(claimsOf(tokens.id_token), expected)
  assert.deepEqual(await userInfo(server, tokens.access_token), { sub: 'tim', groups: expected[0], roles: expected[1] })
})

allDatabases('a refresh, a new login and /userinfo have the memberships of that moment', async (t, database) => {
  const server = await start(t, { database })
  const { refresh_token, access_token } = await logIn(server, webApp, { scope })
  await removeMember(server.server.context, 'staff', 'tim')
  const expected = [['editors'], ['admin']]
  const { body } = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token })
  assert.deepEqual(claimsOf(String(body['access_token'])), expected)
  assert.deepEqual(claimsOf(String(body['id_token'])), expected)
  assert.deepEqual((await userInfo(server, access_token))['groups'], ['editors'])
  assert.deepEqual(claimsOf((await logIn(server, webApp, { scope })).access_token), expected)
})

test('a user without any has empty lists, and without the scopes there are no claims', async (t) => {
  const server = await startServer(t, { clients })
  assert.deepEqual(claimsOf((await logIn(server, webApp, { scope })).id_token), [[], []])
  const { access_token, id_token } = await logIn(server, webApp, { scope: 'openid profile' })
  assert.deepEqual(claimsOf(access_token), [undefined, undefined])
  assert.deepEqual(claimsOf(id_token), [undefined, undefined])
  assert.equal('groups' in (await userInfo(server, access_token)), false)
})

test('a client has the prefix in all its tokens, before groups alone', async (t) => {
  const server = await start(t)
  const { access_token, id_token } = await logIn(server, prefixed, { scope })
  const expected = [
    ['oidc:editors', 'oidc:staff'],
    ['admin', 'reader'],
  ]
  assert.deepEqual(claimsOf(id_token), expected)
  assert.deepEqual(claimsOf(access_token), expected)
  assert.deepEqual((await userInfo(server, access_token))['groups'], expected[0])
})

test('claims_in_id_token names what the ID token has, when the scopes release it', async (t) => {
  const server = await start(t)
  const narrow = await logIn(server, rolesAlone, { scope })
  assert.deepEqual(claimsOf(narrow.id_token), [undefined, ['admin', 'reader']])
  assert.equal(decodeJwt(narrow.id_token)['email'], undefined)
  assert.deepEqual(claimsOf(narrow.access_token)[0], ['editors', 'staff'])
  const wide = decodeJwt((await logIn(server, rolesAlone, { scope: 'openid email' })).id_token)
  assert.deepEqual([wide['email'], wide['email_verified'], wide['roles']], ['tim@gmail.com', undefined, undefined])
  assert.deepEqual(claimsOf((await logIn(server, none, { scope })).id_token), [undefined, undefined])
})

test('OIDC Core §5.5 the claims parameter requests them by name, for a client that may have the scope', async (t) => {
  const noGroups: ClientDeclaration = { ...webApp, client_id: 'no-groups', scope: 'openid roles' }
  const server = await start(t, { clients: [webApp, noGroups] })
  const claims = JSON.stringify({ id_token: { groups: { essential: true } } })
  assert.deepEqual(claimsOf((await logIn(server, webApp, { claims })).id_token), [['editors', 'staff'], undefined])
  assert.deepEqual(claimsOf((await logIn(server, noGroups, { claims })).id_token), [undefined, undefined])
})

test('the consent page names them in each language, and discovery lists scopes and claims', async (t) => {
  const server = await start(t)
  for (const [language, sentence] of [
    ['en', 'See the groups you are in.'],
    ['ru', 'Видеть группы, в которых вы состоите.'],
    ['ja', '所属グループを参照します。'],
  ] as const) {
    const agent = userAgentOf(server)
    const url = authorizeUrl(requestOf(webApp, newPkce(), { scope, ui_locales: language }))
    const page = await agent.submit(await agent.open(url), { username: 'tim', password: 'tim1234' })
    assert.ok(page.body.includes(sentence), language)
  }
  const discovery = JSON.parse(await (await server.get('/.well-known/openid-configuration')).text())
  for (const name of ['groups', 'roles']) {
    assert.ok(discovery.scopes_supported.includes(name) && discovery.claims_supported.includes(name))
  }
})

test('a client that may not have the scope does not get it, and a client itself has no groups', async (t) => {
  const narrow: ClientDeclaration = { ...webApp, client_id: 'narrow', scope: 'openid' }
  const service: ClientDeclaration = { ...webApp, client_id: 'service', grant_types: ['client_credentials'] }
  const server = await start(t, { clients: [narrow, service] })
  assert.equal((await logIn(server, narrow, { scope })).scope, 'openid')
  const { body } = await exchange(server, service, { grant_type: 'client_credentials', scope: 'groups' })
  assert.equal(body['error'], 'invalid_scope')
})

test('a deployment whose own scope is called groups keeps its sentence', async (t) => {
  const sentence = 'Read what your clubs are.'
  const server = await start(t, { scopes: { groups: sentence, me: 'Read who you are.' } })
  const agent = userAgentOf(server)
  const url = authorizeUrl(requestOf(webApp, newPkce(), { scope }))
  const page = await agent.submit(await agent.open(url), { username: 'tim', password: 'tim1234' })
  assert.ok(page.body.includes(sentence))
  const discovery = JSON.parse(await (await server.get('/.well-known/openid-configuration')).text())
  assert.equal(discovery.scopes_supported.filter((name: string) => name === 'groups').length, 1)
})

allDatabases(
  'names of more than 4096 bytes end the request with a reason, and leave the code as it was',
  async (t, database) => {
    const server = await start(t, { database })
    const { context } = server.server
    await fill(server, 100, 50)
    const pkce = newPkce()
    const agent = userAgentOf(server)
    const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, pkce, { scope }))))
    const code = responseOf(page).get('code') ?? ''
    const form = {
      grant_type: 'authorization_code',
      code,
      code_verifier: pkce.verifier,
      redirect_uri: redirectUri,
    }
    const { status, headers, body } = await post(server, form)
    assert.deepEqual([status, body['error']], [400, 'invalid_scope'])
    assert.match(String(body['error_description']), /do not fit into a token/)
    await context.traces.flush()
    const trace = await context.store.traces.find(headers.get('x-request-id') ?? '')
    const failed = JSON.stringify(trace?.steps.find(({ name }) => name === 'create_access_token'))
    assert.match(failed, /user_claims_too_large/)
    assert.match(failed, /at most 4096 bytes/)
    assert.match(failed, /102 groups, 2 roles, 0 attributes/)

    await fill(server, 70, 50)
    const { body: tokens } = await exchange(server, webApp, form)
    assert.equal((claimsOf(String(tokens['id_token']))[0] as readonly string[]).length, 72)
    await fill(server, 100, 50)
    const { refresh_token } = tokens
    const refresh = { grant_type: 'refresh_token', refresh_token: String(refresh_token) }
    assert.equal((await exchange(server, webApp, refresh)).body['error'], 'invalid_scope')
    // A client goes on without them, and /userinfo has no header to fit into.
    assert.equal((await exchange(server, webApp, { ...refresh, scope: 'openid' })).status, 200)
    assert.equal(((await userInfo(server, String(tokens['access_token'])))['groups'] as readonly string[]).length, 102)
  },
)

test('wrong values of the two members are named', async (t) => {
  const wrong = (more: object) => startServer(t, { clients: [{ ...webApp, ...more }] })
  await assert.rejects(
    wrong({ claims_in_id_token: ['group'] }),
    /has "group", which is not a claim of this deployment: did you mean groups\?/,
  )
  await assert.rejects(
    wrong({ claims_in_id_token: ['groups'], id_token_claims: 'scopes' }),
    /must not be set with id_token_claims scopes/,
  )
  await assert.rejects(wrong({ groups_prefix: 'a b' }), /groups_prefix must be 1 to 100 visible ASCII characters/)
})

test('strictScopes takes them, and they are asked for at the consent page', async (t) => {
  const server = await start(t, { strictScopes: true })
  assert.equal(await errorFor(server, { ...webApp }, { scope: 'openid group' }), 'invalid_scope')
  assert.equal((await logIn(server, webApp, { scope })).scope, scope)
})
