/** OpenID Connect Discovery 1.0: /.well-known/openid-configuration. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import { asymmetricAlgorithms } from '../../src/domain/algorithm.ts'
import { languages } from '../../src/pages/language.ts'
import { logIn, webApp } from '../support/code-flow.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after })

const wellKnown = '/.well-known/openid-configuration'

async function metadataOf({ get }: TestServer, path = wellKnown): Promise<Record<string, unknown>> {
  const response = await get(path)
  assert.equal(response.status, 200, path)
  return JSON.parse(await response.text())
}

test('§3 K10 every required member is present', async () => {
  const metadata = await metadataOf(server)
  for (const name of [
    'issuer',
    'authorization_endpoint',
    'token_endpoint',
    'userinfo_endpoint',
    'jwks_uri',
    'scopes_supported',
    'response_types_supported',
    'subject_types_supported',
    'id_token_signing_alg_values_supported',
    'claims_supported',
  ]) {
    assert.ok(name in metadata, name)
  }
})

for (const algorithm of ['ES256', 'HS256'] as const) {
  test(`§3 under ${algorithm}, ID tokens can be signed with RS256, which is mandatory, and never with none or HS256`, async (t) => {
    const metadata = await metadataOf(await startServer(t, { algorithm }))
    assert.deepEqual(metadata['id_token_signing_alg_values_supported'], asymmetricAlgorithms)
  })
}

test('§3 what is not supported is listed as false, since the default of request_uri_parameter_supported is true', async () => {
  const metadata = await metadataOf(server)
  assert.equal(metadata['request_parameter_supported'], false)
  assert.equal(metadata['request_uri_parameter_supported'], false)
  assert.equal(metadata['claims_parameter_supported'], true)
})

test('§3 ui_locales_supported names the languages of the pages', async () => {
  assert.deepEqual((await metadataOf(server))['ui_locales_supported'], languages)
})

test('§3 scopes_supported has openid, the standard scopes and those of the deployment', async (t) => {
  const server = await startServer(t, { scopes: { 'read:invoices': 'Read your invoices.' } })
  assert.deepEqual((await metadataOf(server))['scopes_supported'], [
    'openid',
    'profile',
    'email',
    'address',
    'phone',
    'offline_access',
    'groups',
    'roles',
    'read:invoices',
  ])
})

test('§4.1 an issuer with a path has its document under that path; a slash at its end is removed', async (t) => {
  const tenant = await startServer(t, { issuer: 'https://login.example.com/tenant' })
  assert.equal((await metadataOf(tenant, `/tenant${wellKnown}`))['issuer'], 'https://login.example.com/tenant')
  const slash = await startServer(t, { issuer: 'https://login.example.com/tenant/' })
  assert.equal((await metadataOf(slash, `/tenant${wellKnown}`))['issuer'], 'https://login.example.com/tenant/')
})

test('§4.2 the response is JSON with status 200, for any origin', async () => {
  const response = await server.get(wellKnown, { origin: 'https://anywhere.example' })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'application/json')
  assert.equal(response.headers.get('access-control-allow-origin'), '*')
})

test('§4.3 the issuer is that of the ID tokens', async (t) => {
  for (const issuer of ['http://127.0.0.1:8000', 'http://127.0.0.1:8000/']) {
    const server = await startServer(t, { clients: [webApp], issuer })
    const { id_token: idToken } = await logIn(server, webApp)
    assert.equal((await metadataOf(server))['issuer'], issuer)
    assert.equal(decodeJwt(idToken).iss, issuer)
  }
})

test('§3 claims_supported names the claims of the ID token', async (t) => {
  const server = await startServer(t, { clients: [webApp] })
  const { claims_supported: named } = await metadataOf(server)
  const { id_token: idToken } = await logIn(server, webApp, { nonce: 'a nonce' })
  const unnamed = Object.keys(decodeJwt(idToken)).filter((name) => ![named].flat().includes(name))
  assert.deepEqual(unnamed, ['at_hash'])
})

test('K10 the document at the path of RFC 8414 is the same', async (t) => {
  const server = await startServer(t, { issuer: 'https://login.example.com/tenant' })
  const here = await metadataOf(server)
  assert.deepEqual(await metadataOf(server, '/.well-known/oauth-authorization-server'), here)
})
