/** Issuers that a guard reaches at another address than browsers do, as in Docker and Kubernetes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard, type GuardOptions } from '../../src/index.ts'
import { activeAnswer, clientId, clientSecret } from '../support/introspection.ts'
import { jwksPath, metadataPath, startIssuer, type TestIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, testTime } from '../support/tokens.ts'

const publicIssuer = 'https://login.example/realms/one'

/** Sends requests to http://keycloak:8080 to the test issuer, as a private network does, and notes where they were sent. */
function privateNetwork(issuer: TestIssuer): { readonly fetch: typeof fetch; readonly urls: readonly string[] } {
  const urls: string[] = []
  return {
    urls,
    fetch: async (input, init) => {
      urls.push(String(input))
      return await fetch(String(input).replace('http://keycloak:8080', issuer.url), init)
    },
  }
}

function guardOf(options: Partial<GuardOptions>) {
  const failures: string[] = []
  const onFailure = ({ part, message }: { part: string; message: string }) => failures.push(`${part}: ${message}`)
  const guard = createGuard({ issuer: publicIssuer, audience, now: () => testTime, onFailure, ...options })
  return { guard, failures }
}

function tokenOf(issuer: TestIssuer): string {
  return craft(issuer.signer, { claims: { iss: publicIssuer } })
}

test('jwksUri: the keys are fetched there, and no metadata', async (t) => {
  const issuer = await startIssuer(t)
  const { guard } = guardOf({ jwksUri: `${issuer.url}${jwksPath}` })
  await assertPasses(guard, tokenOf(issuer))
  await assertRequestRejected(guard, craft(issuer.signer), 401, 'issuer_mismatch')
  assert.deepEqual([issuer.countOf(), issuer.countOf(jwksPath)], [1, 1])
})

test('jwksUri: an issuer that is no URL may be named', async (t) => {
  const issuer = await startIssuer(t)
  const { guard } = guardOf({ issuer: 'accounts.example', jwksUri: `${issuer.url}${jwksPath}` })
  await assertPasses(guard, craft(issuer.signer, { claims: { iss: 'accounts.example' } }))
})

test('metadataUrl: the metadata is fetched there, and must be of the issuer', async (t) => {
  const issuer = await startIssuer(t)
  const { guard } = guardOf({ metadataUrl: `${issuer.url}${metadataPath}` })
  issuer.describe({ issuer: publicIssuer })
  await assertPasses(guard, tokenOf(issuer))
  assert.deepEqual([issuer.countOf(), issuer.countOf(metadataPath)], [2, 1])

  // RFC 8414 §3.3.
  issuer.describe({ issuer: issuer.url })
  const { guard: other, failures } = guardOf({ metadataUrl: `${issuer.url}${metadataPath}` })
  await assertRequestRejected(other, tokenOf(issuer), 503, 'issuer_unavailable')
  assert.match(failures.join(), /^discovery: .*the document's issuer is "http:/)
})

test('unsafeHttpHosts: keys, metadata and introspection by http on those hosts', async (t) => {
  const issuer = await startIssuer(t)
  const { fetch, urls } = privateNetwork(issuer)
  const host = 'http://keycloak:8080'
  const unsafeHttpHosts = ['keycloak']
  issuer.describe({ issuer: publicIssuer, jwks_uri: `${host}${jwksPath}` })
  issuer.serve('/introspect', () => ({ body: { ...activeAnswer, aud: audience } }))
  await assertPasses(guardOf({ fetch, unsafeHttpHosts, jwksUri: `${host}${jwksPath}` }).guard, tokenOf(issuer))
  await assertPasses(guardOf({ fetch, unsafeHttpHosts, metadataUrl: `${host}${metadataPath}` }).guard, tokenOf(issuer))
  const introspection = { clientId, clientSecret, endpoint: `${host}/introspect` }
  await assertPasses(guardOf({ fetch, unsafeHttpHosts, introspection }).guard, 'token')
  issuer.describe({ issuer: host })
  const inside = guardOf({ fetch, unsafeHttpHosts, issuer: host })
  await assertPasses(inside.guard, craft(issuer.signer, { claims: { iss: host } }))
  assert.ok(urls.length === 6 && urls.every((url) => url.startsWith(host)))
})

test('unsafeHttpHosts: metadata that lead to another host by http are of no use', async (t) => {
  const issuer = await startIssuer(t)
  const { fetch } = privateNetwork(issuer)
  for (const jwks of ['http://keycloak.example:8080/jwks', 'http://xkeycloak/jwks', 'http://10.0.0.1/jwks']) {
    issuer.describe({ issuer: publicIssuer, jwks_uri: jwks })
    const metadataUrl = `http://keycloak:8080${metadataPath}`
    const { guard, failures } = guardOf({ fetch, metadataUrl, unsafeHttpHosts: ['keycloak'] })
    await assertRequestRejected(guard, tokenOf(issuer), 503, 'issuer_unavailable')
    assert.match(failures.join(), /^jwks: the URL must be https; http is only for loopback addresses/)
  }
})

test('unsafeHttpHosts: an API in the private network describes itself', () => {
  const { guard } = guardOf({ audience: 'http://api:3000', unsafeHttpHosts: ['api'], metadata: true })
  assert.equal(guard.metadata().url, 'http://api:3000/.well-known/oauth-protected-resource')
})
