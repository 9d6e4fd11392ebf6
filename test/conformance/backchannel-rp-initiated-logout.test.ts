/** The plan Back-Channel OP of the OpenID Foundation's conformance suite, reimplemented: logout tokens go to a real URL. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { jwtVerify } from 'jose'
import { alias, backchannelClient, loginClients } from './suite/clients.ts'
import { startListener } from './support/listener.ts'
import { checkLoggedOut, checkReturned, endSession, loggedIn } from './support/logout.ts'
import { startProvider } from './support/provider.ts'
import { openSuite } from './support/suite.ts'

const event = 'http://schemas.openid.net/event/backchannel-logout'

test('oidcc-backchannel-rp-initiated-logout-certification-test-plan', async (t: TestContext) => {
  const { address, received } = await startListener(t)
  const client = backchannelClient(address)
  const provider = await startProvider(t, [client])

  await t.test('oidcc-backchannel-logout-discovery-endpoint-verification', async () => {
    const metadata = JSON.parse(await (await fetch(provider.discoveryUrl)).text())
    assert.equal(metadata.backchannel_logout_supported, true)
    assert.equal(metadata.backchannel_logout_session_supported, true)
    assert.equal(new URL(metadata.end_session_endpoint).origin, new URL(metadata.issuer).origin)
  })

  await t.test('oidcc-backchannel-rp-initiated-logout', async () => {
    const suite = await openSuite(provider, { ...loginClients(address), client }, 'query')
    const { tokens, request } = await loggedIn(suite)
    checkReturned(await endSession(suite, request), request)

    const { method, path, contentType, form } = await received
    assert.deepEqual([method, path], ['POST', `${alias}/backchannel_logout`])
    assert.match(contentType, /^application\/x-www-form-urlencoded/)
    assert.deepEqual([...form.keys()], ['logout_token'])

    // OIDC Back-Channel Logout §2.4 and §2.6.
    const { payload, protectedHeader } = await jwtVerify(form.get('logout_token') ?? '', suite.keys, {
      issuer: suite.metadata.issuer,
      audience: client.client_id ?? '',
      typ: 'logout+jwt',
      algorithms: ['RS256'],
      requiredClaims: ['iat', 'exp', 'jti', 'events'],
      currentDate: new Date(suite.clock.now * 1000),
    })
    assert.ok(protectedHeader.kid)
    assert.deepEqual(payload['events'], { [event]: {} })
    const { claims } = tokens.idToken
    assert.ok(claims['sid'])
    assert.deepEqual([payload.sub, payload['sid']], [claims.sub, claims['sid']])
    assert.equal('nonce' in payload, false)

    await checkLoggedOut(suite)
  })
})
