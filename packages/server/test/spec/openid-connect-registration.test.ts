/** OpenID Connect Dynamic Client Registration 1.0 §2, Core §15.1: ID tokens are signed with RS256 unless the client chose otherwise. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { addClient } from '../../src/clients/add-client.ts'
import { updateClient } from '../../src/clients/update-client.ts'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { logIn, singlePageApp, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, startServerWithoutUsers, type TestServer } from '../support/server.ts'

const chosen: ClientDeclaration = { ...webApp, client_id: 'chosen', id_token_signed_response_alg: 'ES256' }
const clients = [webApp, chosen]
const { first_party: _ours, ...registration } = singlePageApp

/** The algorithms of the ID token and of the access token. */
async function algorithmsOf(server: TestServer, client: ClientDeclaration): Promise<readonly unknown[]> {
  const tokens = await logIn(server, client)
  return [tokens.id_token, tokens.access_token].map((token) => decodeProtectedHeader(token).alg)
}

const server = await startServer({ after }, { clients })

test('§2 an ID token is signed with RS256 by default, with a published key; access tokens with ES256', async () => {
  const { id_token: idToken } = await logIn(server, webApp)
  const keys = createLocalJWKSet(JSON.parse(await (await server.get('/.well-known/jwks.json')).text()))
  const currentDate = new Date(server.clock.now * 1000)
  const { protectedHeader } = await jwtVerify(idToken, keys, { algorithms: ['RS256'], currentDate })
  assert.equal(protectedHeader.typ, 'JWT')
  assert.deepEqual(await algorithmsOf(server, webApp), ['RS256', 'ES256'])
})

test('§2 a client chooses ES256 with id_token_signed_response_alg', async () => {
  assert.deepEqual(await algorithmsOf(server, chosen), ['ES256', 'ES256'])
})

for (const [algorithm, expected] of [
  ['ES256', 'ES256'],
  ['EdDSA', 'EdDSA'],
  ['HS256', 'HS256'],
] as const) {
  test(`§2 ALGORITHM ${algorithm} is about access tokens, and idTokenAlgorithm about ID tokens`, async (t) => {
    const byDefault = await startServer(t, { clients, algorithm })
    assert.deepEqual(await algorithmsOf(byDefault, webApp), ['RS256', expected])
    const set = await startServer(t, { clients, algorithm, idTokenAlgorithm: 'ES256' })
    assert.deepEqual(await algorithmsOf(set, webApp), ['ES256', expected])
  })
}

test('§15.1 the discovery document has RS256', async () => {
  const { id_token_signing_alg_values_supported: algorithms } = JSON.parse(
    await (await server.get('/.well-known/openid-configuration')).text(),
  )
  assert.ok(algorithms.includes('RS256'))
})

for (const database of databaseKinds) {
  test(`${database}: §2 a registration stores its algorithm: the option of a later day changes nothing for it`, async (t) => {
    const first = await startServer(t, { database })
    const { client } = await addClient(first.server.context, registration)
    assert.equal(client.idTokenAlgorithm, 'RS256')
    const options = { databaseUrl: first.databaseUrl, idTokenAlgorithm: 'EdDSA' } as const
    const later = await startServerWithoutUsers(t, options)
    assert.deepEqual(await algorithmsOf(later, registration), ['RS256', 'ES256'])
    const added = await addClient(later.server.context, { ...registration, client_id: 'later' })
    assert.equal(added.client.idTokenAlgorithm, 'EdDSA')
    // The default is that of the day, when the member is removed.
    const { client: updated } = await updateClient(later.server.context, 'spa', { id_token_signed_response_alg: null })
    assert.equal(updated.idTokenAlgorithm, 'EdDSA')
    const { client: renamed } = await updateClient(first.server.context, 'spa', { client_name: 'Renamed' })
    assert.equal(renamed.idTokenAlgorithm, 'EdDSA')
  })
}
