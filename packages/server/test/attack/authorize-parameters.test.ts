/** Parameters of `/authorize` under attack: state, nonce, claims, hints; F12, F13, F16, F17 and F18 of the security cases. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decodeJwt } from 'jose'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { ask, askRaw, assertPage, errorPaths, parametersOf, readResponse } from '../support/authorization.ts'
import {
  authorizeUrl,
  issuer,
  logIn,
  newPkce,
  passPages,
  requestOf,
  responseOf,
  singlePageApp,
  userAgentOf,
  webApp,
  withoutPkce,
} from '../support/code-flow.ts'
import { hiddenFields } from '../support/page-posts.ts'
import { openPort, startServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const clients = [webApp, singlePageApp, withoutPkce]

/** For the tests that leave nothing behind that another test would see. */
const server = await startServer({ after }, { clients })
const both = await alsoOverSocket({ after }, server)

for (const state of ['a'.repeat(64), 'a'.repeat(4096), '😀é日本', ` &=+%#"'<>\\`, '%0d%0aSet-Cookie: evil=1']) {
  test(`F12 the state ${JSON.stringify(state.slice(0, 30))} of ${state.length} characters is returned unchanged`, async () => {
    const response = await ask(both, { state, prompt: 'none' })
    assert.equal(parametersOf(response).get('state'), state)
    assert.equal(response.headers.get('set-cookie'), null)
    const form = await ask(both, { state, prompt: 'none', response_mode: 'form_post' })
    assert.equal(hiddenFields({ body: form.body })['state'], state)
  })
}

test('F12 every byte in the state is returned unchanged, or rejected', async () => {
  const url = authorizeUrl(requestOf(webApp, newPkce(), { state: undefined, prompt: 'none' }))
  for (let byte = 0; byte < 256; byte++) {
    const escaped = `%${byte.toString(16).padStart(2, '0')}`
    const response = await askRaw(both, `${url}&state=x${escaped}`)
    if (byte >= 0x20 && byte < 0x7f) assert.equal(parametersOf(response).get('state'), `x${String.fromCharCode(byte)}`)
    else assertPage(response, escaped)
  }
})

test('F12 a state that is too long is rejected, not cut, at each of the limits', async (t) => {
  assertPage(await ask(server, { state: 'a'.repeat(4097) }))
  const { origin } = await openPort(t, server)
  const long = authorizeUrl(requestOf(webApp, newPkce(), { state: 'a'.repeat(16 * 1024) }))
  const response = await fetch(`${origin}${long}`, { redirect: 'manual' })
  assert.equal(response.status, 414)
  assert.equal(response.headers.get('location'), null)
})

for (const nonce of ['a'.repeat(64), 'a'.repeat(4096), '😀é日本', '\r\n\t"\\']) {
  test(`F12 the nonce ${JSON.stringify(nonce.slice(0, 30))} of ${nonce.length} characters is in the ID token unchanged`, async () => {
    assert.equal(decodeJwt((await logIn(server, webApp, { nonce })).id_token)['nonce'], nonce)
  })
}

test('F12 a nonce that is too long is reported to the client', async () => {
  assert.equal(parametersOf(await ask(both, { nonce: 'a'.repeat(4097) })).get('error'), 'invalid_request')
})

const rawBodies = ['state=a\r\nSet-Cookie: evil=1', 'state=a\nb', 'state=é', 'state=a b', 'state=a#b', 'state=\u0000']

for (const body of rawBodies) {
  test(`F12 A13 the raw body ${JSON.stringify(body)} posted to /authorize cannot split a header`, async (t) => {
    const { origin } = await openPort(t, server)
    const posted = `${authorizeUrl(requestOf(webApp, newPkce(), { state: undefined })).split('?')[1]}&${body}`
    const response = await fetch(`${origin}/authorize`, {
      method: 'POST',
      body: posted,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      redirect: 'manual',
    })
    assert.equal(response.headers.get('set-cookie'), null)
    assertPage(await readResponse(response))
  })
}

test('F13 every response names its issuer, errors and forms too', async () => {
  for (const path of errorPaths.filter((one) => one['response_mode'] === undefined)) {
    assert.equal(parametersOf(await ask(both, path)).get('iss'), issuer, JSON.stringify(path))
    const form = await ask(both, { ...path, response_mode: 'form_post' })
    assert.equal(hiddenFields({ body: form.body })['iss'], issuer, JSON.stringify(path))
  }
  const agent = userAgentOf(server)
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce())))
  assert.equal(responseOf(await agent.submit(page, { decision: 'cancel' })).get('iss'), issuer)
  const response = responseOf(await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, newPkce())))))
  assert.ok(response.get('code'))
  assert.equal(response.get('iss'), issuer)
  const metadata = JSON.parse(await (await server.get('/.well-known/openid-configuration')).text())
  assert.equal(metadata.authorization_response_iss_parameter_supported, true)
  assert.equal(metadata.issuer, issuer)
})

/** As deep as fits into a request target. */
const deep = 250
const malformedClaims = [
  '[',
  'null',
  '[]',
  '"x"',
  '{"id_token":1}',
  '{"userinfo":[]}',
  '{"id_token":{},"id_token":{}}',
  `${'{"id_token":'.repeat(deep)}1${'}'.repeat(deep)}`,
  '['.repeat(deep),
  '{"id_token":{"sub":{"value":"tim"}},"userinfo":{"sub":{"value":"alice"}}}',
]

for (const claims of malformedClaims) {
  test(`F16 claims=${claims.slice(0, 50)} is invalid_request`, async () => {
    assert.equal(parametersOf(await ask(both, { claims })).get('error'), 'invalid_request')
  })
}

test('F16 unknown claims are ignored, even one with the name __proto__', async () => {
  const claims = '{"id_token":{"__proto__":{"value":1},"constructor":null,"nonsense":null},"__proto__":{"x":1},"x":[]}'
  const tokens = await logIn(server, webApp, { claims })
  assert.deepEqual(decodeJwt(tokens.id_token)['nonsense'], undefined)
  assert.ok(!('value' in {}) && !('x' in {}))
})

test('F16 a user other than the claimed sub logs in: the client gets an error, not a login as that sub', async () => {
  const agent = userAgentOf(server)
  const claims = '{"id_token":{"sub":{"value":"alice"}}}'
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { claims })))
  assert.equal(responseOf(await passPages(agent, page)).get('error'), 'login_required')
  const silent = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { claims, prompt: 'none' })))
  assert.equal(responseOf(silent).get('error'), 'login_required')
})

test('F16 an essential acr that is not reached is reported, and never asserted', async () => {
  const claims = '{"id_token":{"acr":{"essential":true,"values":["urn:mace:incommon:iap:silver"]}}}'
  assert.equal(parametersOf(await ask(both, { claims })).get('error'), 'unmet_authentication_requirements')
  const voluntary = await logIn(server, webApp, { acr_values: 'urn:mace:incommon:iap:silver' })
  assert.equal(decodeJwt(voluntary.id_token)['acr'], '1')
})

test('F16 a client cannot request a single claim that none of its scopes includes', async (t) => {
  const narrow: ClientDeclaration = { ...webApp, scope: 'openid profile' }
  const server = await startServer(t, { clients: [narrow] })
  const claims = '{"id_token":{"email":null,"name":null},"userinfo":{"email":{"essential":true}}}'
  const tokens = await logIn(server, narrow, { claims })
  assert.equal(decodeJwt(tokens.id_token)['email'], undefined)
  assert.equal(typeof decodeJwt(tokens.id_token)['name'], 'string')
  const info = await server.get('/userinfo', { authorization: `Bearer ${tokens.access_token}` })
  assert.equal(JSON.parse(await info.text()).email, undefined)
})

const locales = [
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'xx',
  'ru"><script>',
  'EN',
  '\u0000',
  'ja\r\n',
  'a'.repeat(3000),
]

test('F17 with any locales and any login hint, a page is in one of our languages, and the hint is text', async () => {
  for (const locale of locales) {
    const agent = userAgentOf(server, { 'accept-language': locale.replace(/[^\x20-\x7e]/g, '') })
    const parameters = {
      ui_locales: locale.replace('\u0000', ''),
      login_hint: `"><script>${locale.replace('\u0000', '')}`,
    }
    const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), parameters)))
    assert.equal(page.status, 200)
    assert.match(page.body, /<html lang="(en|ru|ja)">/)
    assert.doesNotMatch(page.body, /<script(?! src="\/pages\/page\.js")/)
  }
})

test('F18 a password is followed by a 303, no referrer, and no page that loads anything from another origin', async (t) => {
  const server = await startServer(t, { clients })
  const agent = userAgentOf(server)
  const page = await agent.open(authorizeUrl(requestOf(webApp, newPkce(), { response_mode: 'form_post' })))
  const posted = await agent.send(
    new Request(`${issuer}/login`, {
      method: 'POST',
      body: new URLSearchParams({ ...hiddenFields(page), username: 'tim', password: 'tim1234' }),
    }),
  )
  assert.equal(posted.status, 303)
  assert.equal(posted.headers.get('referrer-policy'), 'no-referrer')
  const form = await passPages(agent, await agent.open(posted.headers.get('location') ?? ''))
  assert.ok(hiddenFields(form)['code'])
  assert.equal(form.headers.get('referrer-policy'), 'no-referrer')
  assert.equal(form.headers.get('cache-control'), 'no-store')
  for (const { body } of [page, form]) {
    const addresses = [...body.matchAll(/ (?:src|href)="([^"]*)"/g)]
    assert.ok(addresses.length > 0)
    for (const [, address] of addresses) assert.match(address ?? '', /^(\/[a-z]|data:,$)/)
  }
})
