/** Issuers that a client on a server reaches at another address than browsers do, as in Docker and Kubernetes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from '../../src/client.ts'
import { requestDeviceAuthorization } from '../../src/oauth/device-authorization.ts'
import type { ClientOptions } from '../../src/options/client-options.ts'
import { createWebLogin } from '../../src/server/index.ts'
import { metadataOf } from '../support/issuer.ts'
import { configFor } from '../support/logins.ts'

const issuer = { url: 'https://login.example/realms/one' }
const inside = 'http://keycloak:8080'
const unsafeHttpHosts = ['keycloak', 'api']

/** A network in which every URL answers with these bodies by path; it notes the URLs. */
function networkOf(bodies: Readonly<Record<string, unknown>>) {
  const urls: string[] = []
  const fetch: NonNullable<ClientOptions['fetch']> = async (input) => {
    urls.push(String(input))
    return Response.json(bodies[new URL(String(input)).pathname], { status: 200 })
  }
  return { urls, fetch }
}

test('metadataUrl: the metadata is fetched there alone, and must be of the issuer', async () => {
  const metadataUrl = 'https://keycloak.internal/metadata'
  const { urls, fetch } = networkOf({ '/metadata': metadataOf(issuer) })
  assert.equal((await configFor(issuer, { metadataUrl, fetch }).metadata()).issuer, issuer.url)
  assert.deepEqual(urls, [metadataUrl])
  // RFC 8414 §3.3.
  const other = networkOf({ '/metadata': metadataOf({ url: 'https://keycloak.internal' }) })
  await assert.rejects(configFor(issuer, { metadataUrl, fetch: other.fetch }).metadata(), { code: 'issuer_mismatch' })
  assert.equal(other.urls.length, 1)
})

test('unsafeHttpHosts: the issuer, its metadata, its endpoints and APIs may be on those hosts by http', async () => {
  const metadataUrl = `${inside}/metadata`
  const token = `${inside}/token`
  const answer = { access_token: 'token-1', token_type: 'Bearer', expires_in: 60 }
  const { urls, fetch } = networkOf({
    '/metadata': metadataOf(issuer, { token_endpoint: token }),
    '/token': answer,
    '/items': {},
  })
  const client = createClient({
    issuer: issuer.url,
    clientId: 'worker',
    clientSecret: 'secret',
    metadataUrl,
    unsafeHttpHosts,
    apis: 'http://api:3000',
    fetch,
  })
  await client.clientCredentials()
  await client.fetch('http://api:3000/items')
  assert.deepEqual(urls, [metadataUrl, token, 'http://api:3000/items'])
  await assert.rejects(client.fetch('http://api.example:3000/items'), { code: 'api_not_allowed' })

  const within = networkOf({ '/.well-known/oauth-authorization-server': metadataOf({ url: inside }) })
  assert.equal((await configFor({ url: inside }, { unsafeHttpHosts, fetch: within.fetch }).metadata()).issuer, inside)
})

test('unsafeHttpHosts: an endpoint on another host by http is rejected', async () => {
  for (const token_endpoint of ['http://keycloak.example/token', 'http://10.0.0.1/token', 'http://xkeycloak/token']) {
    const { fetch } = networkOf({ '/metadata': metadataOf(issuer, { token_endpoint }) })
    const config = configFor(issuer, { metadataUrl: `${inside}/metadata`, unsafeHttpHosts, fetch })
    await assert.rejects(config.metadata(), { code: 'metadata_invalid', message: /token_endpoint must be/ })
  }
})

test('unsafeHttpHosts: the page of the device flow, and the callback of a web login, may be on those hosts by http', async () => {
  const device = { device_code: 'x', user_code: 'WDJB', expires_in: 60, interval: 5 }
  const requestAt = (address: string) => {
    const { fetch } = networkOf({
      '/metadata': metadataOf(issuer, { device_authorization_endpoint: `${inside}/device` }),
      '/device': { ...device, verification_uri: address, verification_uri_complete: `${address}?user_code=WDJB` },
    })
    const config = configFor(issuer, { metadataUrl: `${inside}/metadata`, unsafeHttpHosts, fetch })
    return requestDeviceAuthorization(config, 'items')
  }
  const { verificationUri, verificationUriComplete } = await requestAt(`${inside}/enter`)
  assert.deepEqual([verificationUri, verificationUriComplete], [`${inside}/enter`, `${inside}/enter?user_code=WDJB`])
  for (const address of [
    'http://keycloak.example/enter',
    'http://keycloak@evil.example/enter',
    'ftp://keycloak/enter',
  ]) {
    await assert.rejects(requestAt(address), { code: 'response_invalid' })
  }
  const web = {
    issuer: inside,
    clientId: 'notes',
    cookieSecret: 'x'.repeat(32),
    unsafeHttpHosts: ['keycloak', 'notes'],
  }
  const redirectUri = 'http://notes:3000/auth/callback'
  assert.equal(createWebLogin({ ...web, redirectUri }).origin, 'http://notes:3000')
  assert.throws(() => createWebLogin({ ...web, redirectUri, unsafeHttpHosts: ['keycloak'] }), /redirectUri is wrong/)
})

const wrong: readonly (readonly [option: string, options: object])[] = [
  ['issuer', { issuer: inside }],
  ['issuer', { issuer: inside, unsafeHttpHosts: ['other'] }],
  ['metadataUrl', { metadataUrl: `${inside}/metadata` }],
  ['metadataUrl', { metadataUrl: '/metadata' }],
  ['apis', { apis: 'http://api:3000' }],
  ['unsafeHttpHosts', { unsafeHttpHosts: 'keycloak' }],
  ['unsafeHttpHosts', { unsafeHttpHosts: [inside] }],
  ['unsafeHttpHosts', { unsafeHttpHosts: ['keycloak:8080'] }],
  ['unsafeHttpHosts', { unsafeHttpHosts: ['Keycloak'] }],
  ['unsafeHttpHosts', { unsafeHttpHosts: [undefined] }],
  ['unsafeHttpHosts', { unsafeHttpHosts: new Array(1) }],
]
for (const [option, options] of wrong) {
  test(`${JSON.stringify(options)} is rejected with the name of ${option}`, () => {
    // As from JavaScript, where no compiler checks them.
    const make = () => Reflect.apply(createClient, undefined, [{ issuer: issuer.url, clientId: 'app', ...options }])
    assert.throws(make, { name: 'TypeError', message: new RegExp(`^${option} is wrong: it must be`) })
  })
}
