/** OAuth 2.1 §7.5.1: PKCE, or for confidential clients the `nonce` of OpenID Connect instead. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { ask, errorFor, givenCode } from '../support/authorization.ts'
import { exchange, newPkce, redirectUri, singlePageApp, webApp, withoutPkce } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

const strictApp: ClientDeclaration = { ...webApp, client_id: 'strict-app', require_pkce: true }
const oauthOnly: ClientDeclaration = { ...webApp, client_id: 'oauth-only', scope: 'me items' }
const clients = [webApp, strictApp, oauthOnly, singlePageApp, withoutPkce]

const server = await startServer({ after }, { clients })
const strict = await startServer({ after }, { clients, strictPkce: true })

const noChallenge = { code_challenge: undefined, code_challenge_method: undefined }
const withNonce = { ...noChallenge, nonce: 'n-0S6_WzA2Mj' }

for (const database of databaseKinds) {
  test(`${database}: §7.5.1 a confidential client with a nonce needs no PKCE, and the ID token has the nonce`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code } = await givenCode(server, webApp, withNonce)
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
    const { status, body } = await exchange(server, webApp, form)
    assert.equal(status, 200)
    assert.equal(decodeJwt(String(body['id_token']))['nonce'], withNonce.nonce)
  })

  test(`${database}: RFC 9700 §4.8.2 whoever removes the challenge of a client with a nonce gets nothing`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code } = await givenCode(server, webApp, withNonce)
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
    const { body } = await exchange(server, webApp, { ...form, code_verifier: newPkce().verifier })
    assert.equal(body['error'], 'invalid_grant')
  })
}

const missing: readonly (readonly [
  what: string,
  client: ClientDeclaration,
  more: Readonly<Record<string, string | undefined>>,
])[] = [
  ['neither', webApp, noChallenge],
  ['an empty nonce', webApp, { ...noChallenge, nonce: '' }],
  ['a nonce without openid, which no ID token would return', webApp, { ...withNonce, scope: 'me' }],
  ['a nonce with an openid that the client cannot have', oauthOnly, { ...withNonce, scope: 'openid me' }],
  ['a nonce, of a client with require_pkce', strictApp, withNonce],
  ['a nonce, of a public client', singlePageApp, withNonce],
]

for (const [what, client, more] of missing) {
  test(`§7.5.1 F8 a request with ${what} is invalid_request`, async () => {
    for (const one of [server, strict]) assert.equal(await errorFor(one, client, more), 'invalid_request')
  })
}

for (const [what, more] of [
  ['plain', { code_challenge_method: 'plain' }],
  ['a method alone', { code_challenge: undefined }],
  ['a challenge alone', { code_challenge_method: undefined }],
  ['a malformed challenge', { code_challenge: 'short' }],
] as const) {
  test(`§7.5.1 F8 a nonce does not excuse ${what}`, async () => {
    assert.equal(await errorFor(server, webApp, { nonce: 'n', ...more }), 'invalid_request')
  })
}

test('with strictPkce, a nonce is not enough, except for a client that is registered with neither', async () => {
  assert.equal(await errorFor(strict, webApp, withNonce), 'invalid_request')
  assert.match((await ask(strict, noChallenge, withoutPkce)).location, /^\/login\?/)
  assert.match((await ask(strict, { nonce: 'n' }, webApp)).location, /^\/login\?/)
})

test('the error, the trace and why say what the library must send', async (t) => {
  const server = await startServer(t, { clients })
  const expectedOf = async (client: ClientDeclaration) => {
    const { parameters, headers } = await ask(server, noChallenge, client)
    assert.match(parameters.get('error_uri') ?? '', /#pkce_missing$/)
    const { traces, store } = server.server.context
    await traces.flush()
    const trace = await store.traces.find(headers.get('x-request-id') ?? '')
    return [parameters.get('error_description'), trace?.steps.at(-1)?.facts['expected']]
  }
  const either = 'code_challenge (PKCE), or nonce with the scope openid'
  assert.deepEqual(await expectedOf(webApp), [`${either} is required`, either])
  for (const client of [strictApp, singlePageApp]) {
    assert.deepEqual(await expectedOf(client), ['code_challenge (PKCE) is required', 'code_challenge (PKCE)'])
  }
})
