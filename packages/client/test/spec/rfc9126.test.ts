/** RFC 9126: OAuth 2.0 Pushed Authorization Requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginLogin } from '../../src/oauth/authorization-request.ts'
import { metadataOf, startIssuer, type TestIssuer } from '../support/issuer.ts'
import { configFor } from '../support/logins.ts'

async function startPushing(t: Parameters<typeof startIssuer>[0], body: unknown, status = 201): Promise<TestIssuer> {
  const issuer = await startIssuer(t, { '/par': () => ({ status, body }) })
  const metadata = metadataOf(issuer, { pushed_authorization_request_endpoint: `${issuer.url}/par` })
  issuer.routes['/.well-known/oauth-authorization-server'] = () => ({ body: metadata })
  return issuer
}

test('§2, §4 the parameters are pushed, and the browser brings only a reference to them', async (t) => {
  const issuer = await startPushing(t, { request_uri: 'urn:ietf:params:oauth:request_uri:abc', expires_in: 60 })
  const { url, transaction } = await beginLogin(configFor(issuer, { clientSecret: 's3cret' }))
  assert.deepEqual(Object.fromEntries(new URL(url).searchParams), {
    client_id: 'notes',
    request_uri: 'urn:ietf:params:oauth:request_uri:abc',
  })
  const [form] = issuer.posted('/par')
  assert.equal(form?.get('state'), transaction.state)
  assert.equal(form?.get('code_challenge_method'), 'S256')
  assert.equal(form?.get('response_type'), 'code')
  assert.ok(!form?.has('request_uri'))
  assert.match(issuer.requests.at(-1)?.headers.authorization ?? '', /^Basic /)
})

test('§2.3 a rejection is reported, and the browser is not redirected', async (t) => {
  const issuer = await startPushing(
    t,
    { error: 'invalid_request', error_description: 'redirect_uri is not registered' },
    400,
  )
  await assert.rejects(beginLogin(configFor(issuer)), {
    code: 'request_rejected',
    error: 'invalid_request',
    message: /redirect_uri is not registered/,
  })
})

test('§2.2 a response without request_uri is rejected', async (t) => {
  for (const body of [{}, { request_uri: '' }, { request_uri: 7 }]) {
    await assert.rejects(beginLogin(configFor(await startPushing(t, body))), { code: 'response_invalid' })
  }
})
