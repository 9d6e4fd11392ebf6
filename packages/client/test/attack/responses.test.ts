/** An issuer, or an attacker in its place, with responses that no issuer should send. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { requestTokens } from '../../src/oauth/token-request.ts'
import { metadataOf, startIssuer, tokenResponse } from '../support/issuer.ts'
import { claimsFor, configFor, logIn, makeIdToken } from '../support/logins.ts'

const parameters = { grant_type: 'authorization_code', code: 'the-secret-code' }

test('a redirect is not followed: codes and secrets stay with the issuer', async (t) => {
  const elsewhere = await startIssuer(t)
  const issuer = await startIssuer(t)
  for (const status of [301, 302, 303, 307, 308]) {
    issuer.routes['/token'] = () => ({ status, headers: { location: `${elsewhere.url}/token` } })
    await assert.rejects(requestTokens(configFor(issuer), parameters), { code: 'redirect_rejected', status })
  }
  assert.equal(elsewhere.requests.length, 0)
})

test('a response of more than 256 kB is not read to its end', async (t) => {
  const issuer = await startIssuer(t, { '/token': () => ({ body: tokenResponse({ filler: 'x'.repeat(300_000) }) }) })
  await assert.rejects(requestTokens(configFor(issuer), parameters), { code: 'response_too_large' })
})

test('a page is rejected, also with status 200', async (t) => {
  const issuer = await startIssuer(t)
  for (const body of ['<!doctype html><h1>Welcome</h1>', '', '[]', 'null', '"text"', '7']) {
    issuer.routes['/token'] = () => ({ body })
    const rejected = { code: 'response_invalid', status: 200, received: 'text/html' }
    await assert.rejects(requestTokens(configFor(issuer), parameters), rejected, body)
  }
})

test('an error without a code, or as a page, is reported by its status', async (t) => {
  const issuer = await startIssuer(t)
  for (const body of ['<h1>Bad gateway</h1>', {}, { error: 7 }, { error: { code: 1 } }, { error: '<script>' }]) {
    issuer.routes['/token'] = () => ({ status: 502, body })
    await assert.rejects(requestTokens(configFor(issuer), parameters), { code: 'response_invalid', status: 502 })
  }
})

test('members of prototypes are neither read nor written', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const json = '{"__proto__":{"access_token":"a","token_type":"Bearer"},"constructor":{"prototype":{"polluted":1}}}'
  issuer.routes['/token'] = () => ({ body: json })
  await assert.rejects(requestTokens(config, parameters), { code: 'response_invalid', message: /access_token/ })

  const { transaction } = await beginLogin(config)
  const claims = JSON.stringify(claimsFor(issuer, transaction.nonce)).replace('{', '{"__proto__":{"isAdmin":true},')
  const idToken = [JSON.stringify({ alg: 'ES256' }), claims, 'x'].map((part) => Buffer.from(part).toString('base64url'))
  issuer.routes['/token'] = () => ({ body: tokenResponse({ id_token: idToken.join('.') }) })
  const tokens = await requestTokens(config, parameters)
  assert.equal(tokens.claims?.['isAdmin'], undefined)
  assert.equal({ ...tokens.claims }['isAdmin'], undefined)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})

test('a connection that is closed during the response is a network error', async (t) => {
  const issuer = await startIssuer(t)
  const broken = await listenRaw(
    t,
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"access_',
  )
  const metadata = metadataOf(issuer, { token_endpoint: `${broken}/token` })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  await assert.rejects(requestTokens(configFor(issuer), parameters), { code: 'network_error' })
})

test('no error has a code, verifier, state, token, password or secret in it, even if the issuer repeats it', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer, { clientSecret: 'the-client-secret' })
  const secrets = {
    code: 'the-secret-code',
    code_verifier: 'the-verifier',
    password: 'tim1234',
    refresh_token: 'the-refresh',
  }
  for (const secret of [...Object.values(secrets), 'the-client-secret']) {
    const body = { error: 'invalid_grant', error_description: `unknown value ${secret} in request` }
    issuer.routes['/token'] = () => ({ status: 400, body })
    await assert.rejects(requestTokens(config, { grant_type: 'x', ...secrets }), (error: Error) => {
      assert.ok(!toldBy(error).includes(secret))
      assert.match(error.message, /invalid_grant$/)
      return true
    })
    issuer.routes['/token'] = () => ({ status: 400, body: { error: secret } })
    await assert.rejects(
      requestTokens(config, { grant_type: 'x', ...secrets }),
      (error: Error) => !toldBy(error).includes(secret),
    )
  }
  const callback = {
    code: 'the-secret-code',
    error: 'server_error',
    error_description: 'code the-secret-code is broken',
  }
  await assert.rejects(
    logIn(issuer, config, { callback }),
    (error: Error) => !toldBy(error).includes('the-secret-code'),
  )
})

test('a short or common password does not hide the error code', async (t) => {
  const body = { error: 'invalid_grant', error_description: 'wrong password' }
  const issuer = await startIssuer(t, { '/token': () => ({ status: 400, body }) })
  const reported = { code: 'request_rejected', error: 'invalid_grant' }
  for (const password of ['a', 'grant', 'password', '_']) {
    await assert.rejects(requestTokens(configFor(issuer), { grant_type: 'password', password }), reported, password)
  }
})

test('an error code that is a secret, or not a code, is not reported', async (t) => {
  const issuer = await startIssuer(t)
  for (const error of ['open_sesame', 'Open-Sesame', 'tim1234', 'a b']) {
    issuer.routes['/token'] = () => ({ status: 400, body: { error } })
    const request = requestTokens(configFor(issuer), { grant_type: 'password', password: error })
    await assert.rejects(request, (failure: Error) => {
      assert.ok(!toldBy(failure).includes(error), error)
      return true
    })
  }
})

test('a secret is not reported in another encoding either', async (t) => {
  const issuer = await startIssuer(t)
  const clientSecret = 'pa$$ word&50%+'
  const config = configFor(issuer, { clientSecret })
  const echoes: readonly ((authorization: string) => string)[] = [
    (authorization) => authorization,
    (authorization) => authorization.slice('Basic '.length),
    () => encodeURIComponent(clientSecret),
    () => new URLSearchParams({ x: clientSecret }).toString().slice(2),
    () => clientSecret,
  ]
  for (const echo of echoes) {
    let echoed = ''
    issuer.routes['/token'] = ({ headers }) => {
      echoed = echo(headers.authorization ?? '')
      return { status: 401, body: { error: 'invalid_client', error_description: `bad ${echoed}` } }
    }
    await assert.rejects(requestTokens(config, { grant_type: 'client_credentials' }), (error: Error) => {
      assert.match(error.message, /invalid_client; check clientId and clientSecret$/)
      assert.ok(!toldBy(error).includes(echoed), echoed)
      return true
    })
  }
  issuer.routes['/token'] = () => ({ status: 400, body: { error: 'invalid_scope', error_description: '100% & more' } })
  await assert.rejects(requestTokens(config, { grant_type: 'x' }), { message: /invalid_scope: 100% & more$/ })
})

test('no rejected ID token or access token is in the error', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const idToken = makeIdToken(claimsFor(issuer, 'another'))
  for (const member of [
    { id_token: idToken, token_type: 'mac' },
    { id_token: `${idToken}.x` },
    { access_token: 'my token' },
  ]) {
    issuer.routes['/token'] = () => ({ body: tokenResponse({ access_token: 'my-access-token', ...member }) })
    await assert.rejects(requestTokens(config, parameters), (error: Error) => {
      assert.doesNotMatch(toldBy(error), /my.access|my token|eyJ/)
      return true
    })
  }
})

/** Everything that logging an error would show. */
function toldBy(error: Error): string {
  return `${error.stack} ${JSON.stringify(error)} ${JSON.stringify(error.cause)} ${String(error.cause)}`
}

/** Sends the same bytes on every connection, and closes it. */
async function listenRaw(t: TestContext, bytes: string): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(bytes)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
}
