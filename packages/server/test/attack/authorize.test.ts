/** `/authorize` under attack: where its responses go, and which requests it accepts; F1 to F10, F14 and F20 of the security cases (RFC 9700 §2.1, §4). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import {
  ask,
  askRaw,
  assertPage,
  errorPaths,
  type Parameters,
  parametersOf,
  readResponse,
} from '../support/authorization.ts'
import {
  authorizeUrl,
  issuer,
  logIn,
  newPkce,
  redirectUri,
  requestOf,
  singlePageApp,
  webApp,
  withoutPkce,
} from '../support/code-flow.ts'
import { hostile } from '../support/redirect-uris.ts'
import { startServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const clients = [webApp, singlePageApp, withoutPkce]

/** For the tests that leave nothing behind that another test would see. */
const inProcess = await startServer({ after }, { clients })
const server = await alsoOverSocket({ after }, inProcess)

test('F1 only a registered redirect URI ever gets a response, with a code or an error', async () => {
  for (const uri of hostile.filter((one) => one !== '')) {
    assertPage(await ask(server, { redirect_uri: uri }), uri)
    assertPage(await ask(server, { redirect_uri: uri, prompt: 'none' }), uri)
  }
  assert.equal((await ask(server, {})).location.startsWith('/login?'), true)
})

for (const path of errorPaths) {
  test(`F2 ${JSON.stringify(path)} with a foreign redirect URI, or an unknown client, is a page`, async () => {
    assertPage(await ask(server, { ...path, redirect_uri: 'https://evil.example/cb' }))
    assertPage(await ask(server, { ...path, client_id: 'evil', redirect_uri: 'https://evil.example/cb' }))
    assertPage(await ask(server, { ...path, client_id: undefined }))
  })
}

test('F4 a registered query must be the same, and the response parameters are added to it', async (t) => {
  const withQuery = `${redirectUri}?tenant=1`
  const server = await startServer(t, { clients: [{ ...webApp, redirect_uris: [withQuery] }] })
  const response = parametersOf(await ask(server, { redirect_uri: withQuery, prompt: 'none' }), withQuery)
  assert.deepEqual([response.get('tenant'), response.get('error')], ['1', 'login_required'])
  for (const uri of [redirectUri, `${redirectUri}?tenant=2`, `${withQuery}&x=1`, `${withQuery}&code=1`]) {
    assertPage(await ask(server, { redirect_uri: uri }), uri)
  }
})

test('F5 only a native app may use any port, and only on the loopback host that it registered', async (t) => {
  const native: ClientDeclaration = {
    ...singlePageApp,
    client_id: 'native',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/cb'],
  }
  const web: ClientDeclaration = { ...native, client_id: 'web', application_type: 'web' }
  const server = await startServer(t, { clients: [native, web] })
  const free = 'http://127.0.0.1:49152/cb'
  assert.equal(parametersOf(await ask(server, { redirect_uri: free, prompt: 'none' }, native), free).get('iss'), issuer)
  assertPage(await ask(server, { redirect_uri: free, prompt: 'none' }, web))
  for (const uri of [
    'http://localhost:49152/cb',
    'http://127.0.0.1.evil.com:80/cb',
    'http://127.1/cb',
    'http://0x7f.1/cb',
    'http://[::ffff:127.0.0.1]/cb',
    'http://user@127.0.0.1:80/cb',
    'http://127.0.0.1:0/cb',
    'http://127.0.0.1:99999/cb',
    'http://127.0.0.1:80/evil',
  ]) {
    assertPage(await ask(server, { redirect_uri: uri, prompt: 'none' }, native), uri)
  }
})

test('F6 a scheme that runs code never gets a response, not even in a form', async () => {
  for (const uri of ['javascript:alert(1)', 'JavaScript:alert(1)', 'data:text/html,evil', 'vbscript:x', 'file:///x']) {
    for (const mode of ['query', 'form_post']) {
      assertPage(await ask(server, { redirect_uri: uri, response_mode: mode, prompt: 'none' }), uri)
    }
  }
})

const challenges: readonly (readonly [title: string, parameters: Parameters])[] = [
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['plain', { code_challenge_method: 'plain' }],
  ['no method', { code_challenge_method: undefined }],
  ['a method in another case', { code_challenge_method: 's256' }],
  ['a method without a challenge', { code_challenge: undefined }],
  ['42 characters', { code_challenge: 'a'.repeat(42) }],
  ['129 characters', { code_challenge: 'a'.repeat(129) }],
  ['padding', { code_challenge: `${'a'.repeat(42)}=` }],
  ['another alphabet', { code_challenge: `${'a'.repeat(42)}+` }],
  ['a line break', { code_challenge: `${'a'.repeat(42)}\n` }],
]

for (const [title, parameters] of challenges) {
  test(`F8 ${title} is invalid_request, for clients with and without a secret`, async () => {
    assert.equal(parametersOf(await ask(server, parameters)).get('error'), 'invalid_request')
    const ofPublic = await ask(server, parameters, singlePageApp)
    assert.equal(parametersOf(ofPublic, 'https://spa.example.com/cb').get('error'), 'invalid_request')
  })
}

test('F8 two challenges are rejected', async () => {
  const url = authorizeUrl(requestOf(webApp, newPkce()))
  assertPage(await askRaw(server, `${url}&code_challenge=${newPkce().challenge}`))
})

test('F8 a client that may omit PKCE cannot use a weaker form of it', async () => {
  const plain = await ask(server, { code_challenge_method: 'plain' }, withoutPkce)
  assert.equal(parametersOf(plain).get('error'), 'invalid_request')
})

for (const type of ['token', 'id_token', 'code token', 'code id_token', 'CODE', 'code code', 'none', 'nonsense']) {
  test(`F10 response_type=${type} is unsupported_response_type, in the query and not in the fragment`, async () => {
    const response = await ask(server, { response_type: type })
    assert.equal(parametersOf(response).get('error'), 'unsupported_response_type')
    assert.doesNotMatch(response.location, /#/)
  })
}

test('F10 a response_type that is missing or sent twice is invalid_request', async () => {
  assert.equal(parametersOf(await ask(server, { response_type: undefined })).get('error'), 'invalid_request')
  assertPage(await askRaw(server, `${authorizeUrl(requestOf(webApp, newPkce()))}&response_type=code`))
})

for (const name of ['client_id', 'redirect_uri', 'state', 'scope', 'prompt', 'nonce', 'claims', 'unknown']) {
  test(`F14 ${name} sent twice redirects nowhere, with equal or different values`, async () => {
    const requested = requestOf(webApp, newPkce(), { prompt: 'none', nonce: 'n', claims: '{}', unknown: 'x' })
    const url = authorizeUrl(requested)
    assertPage(await askRaw(server, `${url}&${name}=${encodeURIComponent(requested[name] ?? '')}`))
    assertPage(await askRaw(server, `${url}&${name}=${encodeURIComponent('https://evil.example')}`))
  })
}

test('F14 parameters in both the query and the body redirect nowhere', async () => {
  const url = authorizeUrl(requestOf(webApp, newPkce(), { prompt: 'none' }))
  assertPage(await readResponse(await server.post(url, { redirect_uri: 'https://evil.example/cb' })))
  assertPage(await readResponse(await server.post('/authorize?state=x', url.split('?')[1] ?? '')))
  const alone = await server.post('/authorize', url.split('?')[1] ?? '')
  assert.equal(alone.headers.get('location'), url)
})

for (const resource of ['/relative', `${issuer}/#fragment`, 'https://unknown.example/', `${issuer}//`, 'not a url']) {
  test(`F20 the resource ${resource} is invalid_target, even beside a valid one`, async () => {
    assert.equal(parametersOf(await ask(server, { resource })).get('error'), 'invalid_target')
    const url = authorizeUrl(requestOf(webApp, newPkce(), { resource: issuer }))
    const among = await askRaw(server, `${url}&resource=${encodeURIComponent(resource)}`)
    assert.equal(parametersOf(among).get('error'), 'invalid_target')
  })
}

test('F20 a hundred resources are too many; the known one gives no wider audience', async () => {
  const url = authorizeUrl(requestOf(webApp, newPkce()))
  assertPage(await askRaw(server, `${url}${`&resource=${encodeURIComponent(issuer)}`.repeat(100)}`))
  assert.equal(decodeJwt((await logIn(inProcess, webApp, { resource: issuer })).access_token).aud, issuer)
})
