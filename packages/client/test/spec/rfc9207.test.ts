/** RFC 9207: OAuth 2.0 Authorization Server Issuer Identification. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { completeLogin } from '../../src/oauth/authorization-response.ts'
import { metadataOf, startIssuer } from '../support/issuer.ts'
import { callbackFor, configFor, logIn } from '../support/logins.ts'

test('§2.4 a response from the expected issuer is accepted', async (t) => {
  const issuer = await startIssuer(t)
  const tokens = await logIn(issuer, configFor(issuer))
  assert.equal(tokens.claims?.sub, 'u1')
})

test('§2.4 a response from another issuer is rejected, compared without normalisation, and its code is not sent', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  for (const iss of ['https://evil.example', `${issuer.url}/`, issuer.url.replace('http', 'HTTP'), '']) {
    await assert.rejects(logIn(issuer, config, { callback: { iss } }), { code: 'issuer_mismatch', received: iss })
  }
  assert.equal(issuer.posted('/token').length, 0)
})

test('§2.4 a response without iss is rejected when the issuer says that it sends it', async (t) => {
  const issuer = await startIssuer(t)
  const rejected = { code: 'issuer_mismatch', received: 'none' }
  await assert.rejects(logIn(issuer, configFor(issuer), { callback: { iss: undefined } }), rejected)
})

test('§2.4 if the issuer does not say so, an iss must still be right', async (t) => {
  const issuer = await startIssuer(t)
  const metadata = metadataOf(issuer, { authorization_response_iss_parameter_supported: undefined })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  const config = configFor(issuer)
  assert.equal((await logIn(issuer, config, { callback: { iss: undefined } })).claims?.sub, 'u1')
  const rejected = { code: 'issuer_mismatch' }
  await assert.rejects(logIn(issuer, config, { callback: { iss: 'https://evil.example' } }), rejected)
})

test('§2.4 the error of another issuer is not reported', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const { url, transaction } = await beginLogin(config)
  const parameters = {
    code: undefined,
    error: 'access_denied',
    error_description: 'Call 555-0100',
    iss: 'https://evil.example',
  }
  await assert.rejects(completeLogin(config, transaction, callbackFor(issuer, url, parameters)), (error: Error) => {
    assert.doesNotMatch(error.message, /555-0100|access_denied/)
    assert.ok(!('error' in error))
    return true
  })
})

test('§4 two issuers: the code of the honest one is not sent to the other', async (t) => {
  const honest = await startIssuer(t)
  const attacker = await startIssuer(t)
  // The attacker has sent the browser on to the honest issuer: its response comes back to the attacker's login.
  const config = configFor(attacker)
  const { url, transaction } = await beginLogin(config)
  const callback = callbackFor(honest, url)
  await assert.rejects(completeLogin(config, transaction, callback), { code: 'issuer_mismatch', received: honest.url })
  assert.equal(attacker.posted('/token').length, 0)
})

test('§4 a login that began at another issuer is not completed', async (t) => {
  const issuer = await startIssuer(t)
  const config = configFor(issuer)
  const { url, transaction } = await beginLogin(config)
  const other = { ...transaction, issuer: 'https://other.example' }
  await assert.rejects(completeLogin(config, other, callbackFor(issuer, url)), { code: 'issuer_mismatch' })
})
