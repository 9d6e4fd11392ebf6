/** The option `attributes`: claims of the deployment's own, with the scopes that release them; on both databases. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import type { Options } from '../../src/config/options.ts'
import { resolveOptions } from '../../src/config/resolve-options.ts'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { attributesOf } from '../../src/users/attributes.ts'
import { removeUser } from '../../src/users/remove-user.ts'
import { updateUser } from '../../src/users/update-user.ts'
import { UserError } from '../../src/users/user-problem.ts'
import { exchange, logIn, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, type TestServer, testSecret } from '../support/server.ts'

const attributes = {
  department: { scope: 'profile', type: 'string' },
  cost_centre: { scope: 'hr', type: 'number' },
  is_contractor: { scope: 'hr', type: 'boolean' },
  floors: { scope: 'hr', type: 'array' },
  'https://example.com/manager': { scope: 'hr', type: 'object' },
} as const
const scopes = { hr: 'Read where you work.' }
const values = {
  department: 'Sales',
  cost_centre: 4711,
  is_contractor: false,
  floors: [1, 'basement', null],
  'https://example.com/manager': { name: 'Ада', since: 1842 },
}
const { department, ...ofHr } = values
const verbose: ClientDeclaration = { ...webApp, client_id: 'verbose', id_token_claims: 'scopes' }
const chosen: ClientDeclaration = { ...webApp, client_id: 'chosen', claims_in_id_token: ['department'] }
const options: Partial<Options> = { attributes, scopes, clients: [webApp, verbose, chosen] }

async function userInfo({ get }: TestServer, token: string): Promise<Record<string, unknown>> {
  return JSON.parse(await (await get('/userinfo', { authorization: `Bearer ${token}` })).text())
}

/** The attributes among the claims. */
function attributesIn(claims: object): object {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => Object.hasOwn(attributes, name)))
}

for (const database of databaseKinds) {
  test(`${database}: a scope releases its attributes in access tokens and at /userinfo, and in ID tokens that have them`, async (t) => {
    const server = await startServer(t, { database, ...options })
    await updateUser(server.server.context, 'tim', { attributes: values })
    const { access_token, id_token, refresh_token } = await logIn(server, webApp, { scope: 'openid hr' })
    assert.deepEqual(attributesIn(decodeJwt(access_token)), ofHr)
    assert.deepEqual(attributesIn(decodeJwt(id_token)), {})
    assert.deepEqual(await userInfo(server, access_token), { ...ofHr, sub: 'tim' })
    const all = await logIn(server, verbose, { scope: 'openid profile hr' })
    assert.deepEqual(attributesIn(decodeJwt(all.id_token)), values)
    const one = await logIn(server, chosen, { scope: 'openid profile hr' })
    assert.deepEqual(attributesIn(decodeJwt(one.id_token)), { department })

    await updateUser(server.server.context, 'tim', { attributes: { cost_centre: 42, floors: null } })
    const { body } = await exchange(server, webApp, { grant_type: 'refresh_token', refresh_token })
    const { floors: _floors, ...left } = ofHr
    assert.deepEqual(attributesIn(decodeJwt(String(body['access_token']))), { ...left, cost_centre: 42 })
    const claims = JSON.stringify({ id_token: { department: null } })
    assert.deepEqual(attributesIn(decodeJwt((await logIn(server, webApp, { claims })).id_token)), { department })
  })

  test(`${database}: attributes are merged, removed by null, and removed with the user`, async (t) => {
    const { server } = await startServer(t, { database, ...options })
    const ctx = server.context
    assert.deepEqual(await attributesOf(ctx, 'tim'), {})
    await updateUser(ctx, 'tim', { attributes: { department, cost_centre: 1 } })
    await updateUser(ctx, 'tim', { attributes: { cost_centre: null, is_contractor: true } })
    assert.deepEqual(await attributesOf(ctx, 'tim'), { department, is_contractor: true })
    await removeUser(ctx, 'tim')
    await assert.rejects(updateUser(ctx, 'tim', { attributes: { department } }), UserError)
    await assert.rejects(attributesOf(ctx, 'tim'), UserError)
  })
}

test('a value that has another type than is declared now, or is not declared, is not released', async (t) => {
  const first = await startServer(t, options)
  await updateUser(first.server.context, 'tim', { attributes: values })
  const changed = { department: { scope: 'profile', type: 'number' }, cost_centre: attributes.cost_centre } as const
  const { databaseUrl } = first
  const second = await startServer(t, { ...options, clients: [webApp], attributes: changed, databaseUrl })
  const { access_token } = await logIn(second, webApp, { scope: 'openid profile hr' })
  assert.deepEqual(attributesIn(decodeJwt(access_token)), { cost_centre: 4711 })
})

test('each wrong value is named, and nothing changes', async (t) => {
  const { server } = await startServer(t, options)
  const ctx = server.context
  const deep = JSON.parse(`${'['.repeat(9)}1${']'.repeat(9)}`)
  for (const [changes, message] of [
    [
      { departement: 'x' },
      /^attributes.departement is not declared under the option attributes: did you mean department\?/,
    ],
    [{ department: 1 }, /^attributes.department must be of the type string/],
    [{ cost_centre: '1' }, /^attributes.cost_centre must be of the type number/],
    [{ cost_centre: Number.NaN }, /^attributes.cost_centre must be of the type number/],
    [{ floors: {} }, /^attributes.floors must be of the type array/],
    [{ 'https://example.com/manager': [] }, /must be of the type object/],
    [{ floors: deep }, /^attributes.floors must not be nested more than 8 levels deep/],
    [{ floors: [1n] }, /^attributes.floors must be what JSON can express/],
    [{ department: '\ud800' }, /^attributes.department must be well-formed Unicode/],
    [{ department: 'x'.repeat(2048) }, /^attributes must have at most 2048 bytes of JSON, all together/],
    [JSON.parse('[]'), /^attributes must be an object/],
    [JSON.parse('{"__proto__":{"a":1}}'), /^attributes.__proto__ is not declared/],
  ] as const) {
    await assert.rejects(updateUser(ctx, 'tim', { attributes: changes }), (error: unknown) => {
      assert.ok(error instanceof UserError)
      assert.match(error.message, message)
      return true
    })
  }
  assert.deepEqual(await attributesOf(ctx, 'tim'), {})
})

for (const [what, declared, message] of [
  [
    'a claim of the protocol',
    { sub: { scope: 'profile', type: 'string' } },
    /^attributes has sub, which the protocol defines/,
  ],
  [
    'a standard claim',
    { email: { scope: 'email', type: 'string' } },
    /^attributes has email, which is a claim already/,
  ],
  ['groups', { groups: { scope: 'profile', type: 'array' } }, /^attributes has groups, which is a claim already/],
  [
    'an unknown scope',
    { a: { scope: 'profil', type: 'string' } },
    /^attributes has a with the scope "profil", which is not a scope of this deployment: did you mean profile\?/,
  ],
  [
    'an unknown type',
    { a: { scope: 'profile', type: 'text' } },
    /^attributes must have one of string, number, boolean, array, object as type/,
  ],
  ['no scope', { a: { type: 'string' } }, /^attributes must have a scope and a type for each attribute/],
  [
    'a name with a space',
    { 'a b': { scope: 'profile', type: 'string' } },
    /^attributes must have names of 1 to 100 visible ASCII characters/,
  ],
  ['another member', { a: { scope: 'profile', type: 'string', lable: 'A' } }, /^attributes.a.lable is not an option$/],
] as const) {
  test(`a declaration with ${what} is refused at the start`, () => {
    assert.throws(() => resolveOptions({ secretKey: testSecret, attributes: JSON.parse(JSON.stringify(declared)) }), {
      message,
    })
  })
}
