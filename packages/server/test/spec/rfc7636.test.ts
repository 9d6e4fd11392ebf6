/** RFC 7636, Proof Key for Code Exchange: S256, the only method that is supported (RFC 9700 §2.1.1). */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { askRaw, errorFor, givenCode } from '../support/authorization.ts'
import {
  authorizeUrl,
  exchange,
  newPkce,
  redirectUri,
  requestOf,
  singlePageApp,
  webApp,
  withoutPkce,
} from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { startServer, type TestServer } from '../support/server.ts'

const clients = [webApp, singlePageApp, withoutPkce]

/** Shared by the tests that leave no state behind for other tests. */
const server = await startServer({ after }, { clients })

/** The example of Appendix B. */
const example = {
  verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
}

async function redeem(server: TestServer, code: string, verifier: string | undefined) {
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
  const { status, body } = await exchange(server, webApp, form)
  return [status, body['error']]
}

for (const database of databaseKinds) {
  test(`${database}: §4.6, Appendix B the verifier of the example is accepted for its challenge`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code } = await givenCode(server, webApp, {}, { pkce: example })
    assert.deepEqual(await redeem(server, code, example.verifier), [200, undefined])
  })

  test(`${database}: §4.6 a wrong verifier is invalid_grant, and so is the right one after it: a code allows one attempt (§7.1)`, async (t) => {
    const server = await startServer(t, { database, clients })
    const { code, pkce } = await givenCode(server, webApp)
    assert.deepEqual(await redeem(server, code, newPkce().verifier), [400, 'invalid_grant'])
    assert.deepEqual(await redeem(server, code, pkce.verifier), [400, 'invalid_grant'])
  })
}

const verifiers: readonly (readonly [what: string, change: (verifier: string) => string | undefined])[] = [
  ['missing', () => undefined],
  ['42 characters long', (verifier) => verifier.slice(1)],
  ['129 characters long', (verifier) => verifier.padEnd(129, 'x')],
  ['with a character that is not unreserved', (verifier) => `${verifier.slice(1)}+`],
  ['the challenge itself', () => example.challenge],
  ['in another case', (verifier) => verifier.toUpperCase()],
]

for (const [what, change] of verifiers) {
  test(`§4.1, §4.5 a verifier that is ${what} is invalid_grant`, async () => {
    const { code } = await givenCode(server, webApp, {}, { pkce: example })
    assert.deepEqual(await redeem(server, code, change(example.verifier)), [400, 'invalid_grant'])
  })
}

test('§4.1 a verifier may have 128 characters', async () => {
  const verifier = 'a'.repeat(128)
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const { code } = await givenCode(server, webApp, {}, { pkce: { verifier, challenge } })
  assert.deepEqual(await redeem(server, code, verifier), [200, undefined])
})

const challenges: readonly (readonly [what: string, parameters: Readonly<Record<string, string | undefined>>])[] = [
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['the method plain', { code_challenge_method: 'plain' }],
  ['no method, which means plain (§4.3)', { code_challenge_method: undefined }],
  ['a method in another case', { code_challenge_method: 's256' }],
  ['a method without a challenge', { code_challenge: undefined }],
  ['a challenge of 42 characters', { code_challenge: example.challenge.slice(1) }],
  ['a challenge of 44 characters', { code_challenge: `${example.challenge}x` }],
  ['a challenge in the alphabet of base64', { code_challenge: example.challenge.replaceAll('-', '+') }],
]

for (const client of [webApp, singlePageApp]) {
  for (const [what, parameters] of challenges) {
    test(`§4.4.1 ${client.client_name} with ${what} is invalid_request at the redirect URI`, async (t) => {
      const server = await startServer(t, { clients })
      assert.equal(await errorFor(server, client, parameters), 'invalid_request')
    })
  }
}

test('§4.4.1 a client that is registered without PKCE may omit the challenge, but not send half of it', async () => {
  const { location } = await askRaw(server, authorizeUrl(requestOf(withoutPkce, undefined)))
  assert.match(location, /^\/login\?/)
  assert.equal(await errorFor(server, withoutPkce, { code_challenge_method: 'plain' }), 'invalid_request')
  assert.equal(await errorFor(server, withoutPkce, { code_challenge_method: undefined }), 'invalid_request')
})

test('§4.6 a client that sent a challenge voluntarily needs the verifier', async () => {
  const { code } = await givenCode(server, withoutPkce)
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  assert.equal((await exchange(server, withoutPkce, form)).body['error'], 'invalid_grant')
})
