/** RFC 8414: OAuth 2.0 Authorization Server Metadata, and OpenID Connect Discovery 1.0. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metadataOf, type Route, startIssuer, type TestIssuer } from '../support/issuer.ts'
import { configFor, startOfTests } from '../support/logins.ts'

const place = '/.well-known/oauth-authorization-server'

async function withMetadata(t: Parameters<typeof startIssuer>[0], route: Route): Promise<TestIssuer> {
  return await startIssuer(t, { [place]: route })
}

test('§3.1 the metadata of an issuer with a path are between its host and its path', async (t) => {
  const route: Route = (_, issuer) => ({ body: metadataOf(issuer) })
  const issuer = await startIssuer(t, { [`${place}/tenant`]: route }, '/tenant')
  const metadata = await configFor(issuer).metadata()
  assert.equal(metadata.endpoints.get('token'), `${issuer.url}/token`)
  assert.deepEqual(
    issuer.requests.map(({ path }) => path),
    [`${place}/tenant`],
  )
})

test('OIDC Discovery §4 otherwise they are after its path', async (t) => {
  const route: Route = (_, issuer) => ({ body: metadataOf(issuer) })
  const issuer = await startIssuer(t, { '/tenant/.well-known/openid-configuration': route }, '/tenant')
  assert.equal((await configFor(issuer).metadata()).issuer, issuer.url)
})

test('OIDC Discovery §4 also when the first URL responds with a page, a redirect or an error', async (t) => {
  const routes: readonly Route[] = [
    () => ({ body: '<!doctype html><title>App</title>' }),
    () => ({ status: 302, headers: { location: '/login' } }),
    () => ({ status: 500, body: 'broken' }),
  ]
  for (const route of routes) {
    const issuer = await withMetadata(t, route)
    issuer.routes['/.well-known/openid-configuration'] = () => ({ body: metadataOf(issuer) })
    assert.equal((await configFor(issuer).metadata()).issuer, issuer.url)
  }
})

test('§3.3 metadata that name another issuer are rejected, even for one slash', async (t) => {
  for (const named of ['https://evil.example', undefined, 7]) {
    const issuer = await withMetadata(t, (_, { url }) => ({ body: metadataOf({ url }, { issuer: named }) }))
    await assert.rejects(configFor(issuer).metadata(), { code: 'issuer_mismatch', expected: issuer.url })
  }
  const slash = await withMetadata(t, (_, { url }) => ({ body: metadataOf({ url }, { issuer: `${url}/` }) }))
  await assert.rejects(configFor(slash).metadata(), { code: 'issuer_mismatch', received: `${slash.url}/` })
})

test('§2 endpoints are on https, or on loopback, and have no fragment', async (t) => {
  const wrong = ['http://issuer.example/token', 'javascript:alert(1)', '/token', 'https://issuer.example/token#x', 7]
  for (const endpoint of wrong) {
    const issuer = await withMetadata(t, (_, { url }) => ({ body: metadataOf({ url }, { token_endpoint: endpoint }) }))
    await assert.rejects(configFor(issuer).metadata(), { code: 'metadata_invalid', message: /token_endpoint must be/ })
  }
  for (const endpoint of ['https://issuer.example/token', 'http://localhost:9/token', 'http://[::1]:9/token']) {
    const issuer = await withMetadata(t, (_, { url }) => ({ body: metadataOf({ url }, { token_endpoint: endpoint }) }))
    assert.equal((await configFor(issuer).metadata()).endpoints.get('token'), endpoint)
  }
})

test('§2 the endpoints of an issuer that is not on loopback are not on loopback either, and none has a password', async () => {
  const issuer = 'https://issuer.example'
  const withEndpoint = (endpoint: string) => {
    const body = metadataOf({ url: issuer }, { token_endpoint: endpoint })
    return configFor({ url: issuer }, { fetch: async () => Response.json(body) }).metadata()
  }
  const wrong = [
    'http://127.0.0.1:6379/eval',
    'https://localhost/token',
    'https://127.1:8443/token',
    'https://[::1]/token',
    'https://user:the-password@issuer.example/token',
    'https://user@issuer.example/token',
  ]
  for (const endpoint of wrong) {
    await assert.rejects(withEndpoint(endpoint), (error: Error) => {
      assert.match(error.message, /token_endpoint must be an https URL/)
      assert.doesNotMatch(String(error.stack), /the-password/)
      return true
    })
  }
  assert.equal((await withEndpoint('https://tokens.example/')).endpoints.get('token'), 'https://tokens.example/')
})

test('§3.2 any response that is not a JSON object is rejected', async (t) => {
  for (const body of ['<html>', '[]', 'null', '"text"', '{', '']) {
    const issuer = await withMetadata(t, () => ({ body }))
    issuer.routes['/.well-known/openid-configuration'] = () => ({ body })
    await assert.rejects(configFor(issuer).metadata(), { code: 'metadata_invalid', received: 'text/html' })
  }
})

test('metadata are fetched once for all callers, and again after an hour', async (t) => {
  const issuer = await startIssuer(t)
  let now = startOfTests
  const config = configFor(issuer, { now: () => now })
  await Promise.all([config.metadata(), config.metadata(), config.metadata()])
  now += 3599
  await config.metadata()
  assert.equal(issuer.requests.length, 1)
  now += 1
  await config.metadata()
  assert.equal(issuer.requests.length, 2)
})

test('a failure is not cached', async (t) => {
  const issuer = await withMetadata(t, () => ({ status: 503, body: 'starting' }))
  const config = configFor(issuer)
  await assert.rejects(config.metadata(), { code: 'metadata_invalid' })
  issuer.routes[place] = () => ({ body: metadataOf(issuer) })
  assert.equal((await config.metadata()).issuer, issuer.url)
})

test('an issuer that does not respond is reported as such', async () => {
  const config = configFor({ url: 'http://127.0.0.1:9' })
  await assert.rejects(config.metadata(), {
    code: 'network_error',
    message: /does not respond: is it running/,
  })
})

test('a member that is null counts as absent', async (t) => {
  const absent = {
    revocation_endpoint: null,
    pushed_authorization_request_endpoint: null,
    end_session_endpoint: null,
    code_challenge_methods_supported: null,
    authorization_response_iss_parameter_supported: null,
  }
  const issuer = await withMetadata(t, (_, issuer) => ({ body: metadataOf(issuer, absent) }))
  const metadata = await configFor(issuer).metadata()
  assert.equal(metadata.endpoints.get('revocation'), undefined)
  assert.equal(metadata.codeChallengeMethods, undefined)
  assert.equal(metadata.sendsIssuer, false)
})
