/** RFC 8414: authorization server metadata, and how a guard finds the issuer's keys by them. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createGuard, type Guard, type GuardOptions } from '../../src/index.ts'
import { rejectionOf } from '../support/guards.ts'
import { jwksPath, metadataPath, startIssuer, type TestIssuer } from '../support/issuer.ts'
import { assertPasses } from '../support/outcomes.ts'
import { audience, craft, testTime } from '../support/tokens.ts'

const openIdPath = '/.well-known/openid-configuration'

interface Told {
  readonly guard: Guard
  readonly messages: readonly string[]
}

/** A guard that knows its issuer by name alone, and what its operator was told. */
function guardOf(issuer: string, options: Partial<GuardOptions> = {}): Told {
  const messages: string[] = []
  const onFailure = ({ part, message }: { part: string; message: string }) => messages.push(`${part}: ${message}`)
  return { guard: createGuard({ issuer, audience, now: () => testTime, onFailure, ...options }), messages }
}

function tokenOf(issuer: TestIssuer, name = issuer.url): string {
  return craft(issuer.signer, { claims: { iss: name } })
}

test('§3.1 the issuer alone is enough: its metadata name its keys', async (t) => {
  const issuer = await startIssuer(t)
  const { guard, messages } = guardOf(issuer.url)
  await assertPasses(guard, tokenOf(issuer))
  assert.deepEqual([issuer.countOf(metadataPath), issuer.countOf(jwksPath), issuer.countOf()], [1, 1, 2])
  assert.deepEqual(messages, [])
})

for (const [place, path] of [
  ['of OAuth, inserted before the path', `${metadataPath}/tenant/one`],
  ['of OpenID, inserted before the path', `${openIdPath}/tenant/one`],
  ['of OpenID, appended to the path', `/tenant/one${openIdPath}`],
] as const) {
  test(`§3.1, OIDC Discovery §4.1 an issuer with a path may have the well-known place ${place}`, async (t) => {
    const issuer = await startIssuer(t)
    const name = `${issuer.url}/tenant/one`
    issuer.serve(path, () => ({ body: { issuer: name, jwks_uri: `${issuer.url}${jwksPath}` } }))
    const { guard, messages } = guardOf(name)
    await assertPasses(guard, tokenOf(issuer, name))
    assert.equal(issuer.countOf(path), 1)
    assert.deepEqual(messages, [])
  })
}

test('§3.1 the slash at the end of an issuer is not inserted, but is a part of its name', async (t) => {
  const issuer = await startIssuer(t)
  const name = `${issuer.url}/`
  issuer.describe({ issuer: name })
  await assertPasses(guardOf(name).guard, tokenOf(issuer, name))
})

test('OIDC Discovery §4 an issuer without metadata of OAuth may have those of OpenID', async (t) => {
  const issuer = await startIssuer(t)
  issuer.serve(metadataPath, () => ({ status: 404, body: 'no' }))
  issuer.serve(openIdPath, () => ({ body: { issuer: issuer.url, jwks_uri: `${issuer.url}${jwksPath}` } }))
  await assertPasses(guardOf(issuer.url).guard, tokenOf(issuer))
})

const slash = (url: string) => `${url}/`
for (const [what, named] of [
  ['with a slash more', slash],
  ['in capitals', (url: string) => url.toUpperCase()],
  ['of somebody else', () => 'https://evil.example'],
  ['that is an array', (url: string) => [url]],
  ['that is missing', () => undefined],
] as const) {
  test(`§3.3 metadata with an issuer ${what} are not used`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.describe({ issuer: named(issuer.url) })
    const { guard, messages } = guardOf(issuer.url)
    const { status, reason, headers } = await rejectionOf(guard.checkToken(tokenOf(issuer)))
    assert.deepEqual([status, reason, headers['retry-after']], [503, 'issuer_unavailable', '5'])
    assert.equal(issuer.countOf(jwksPath), 0)
    assert.match(
      messages[0] ?? '',
      /^discovery: .*the document's issuer is .*: if that is the right one, configure exactly that/,
    )
  })
}

const unusable: readonly (readonly [what: string, members: Readonly<Record<string, unknown>>, message: RegExp])[] = [
  ['without jwks_uri', { jwks_uri: undefined }, /^discovery: the metadata has no jwks_uri: give the option jwks/],
  ['with a number for jwks_uri', { jwks_uri: 7 }, /^discovery: the metadata has no jwks_uri: give the option jwks/],
  ['with a jwks_uri over http', { jwks_uri: 'http://auth.example/jwks' }, /^jwks: the URL must be https/],
  ['with a jwks_uri in a file', { jwks_uri: 'file:///etc/passwd' }, /^jwks: the URL must be https/],
  ['with a jwks_uri that is none', { jwks_uri: '/jwks' }, /^jwks: this is not an absolute URL/],
]
for (const [what, members, message] of unusable) {
  test(`§2 metadata ${what} are of no use`, async (t) => {
    const issuer = await startIssuer(t)
    issuer.describe(members)
    const { guard, messages } = guardOf(issuer.url)
    const { reason } = await rejectionOf(guard.checkToken(tokenOf(issuer)))
    assert.equal(reason, 'issuer_unavailable')
    assert.equal(messages.length, 1)
    assert.match(messages[0] ?? '', message)
  })
}

test('§3.2 a page of another kind at the well-known place is passed over', async (t) => {
  const issuer = await startIssuer(t)
  issuer.serve(metadataPath, () => ({ body: '<!doctype html>' }))
  issuer.serve(openIdPath, () => ({ body: '[]' }))
  const { guard, messages } = guardOf(issuer.url)
  assert.equal((await rejectionOf(guard.checkToken(tokenOf(issuer)))).status, 503)
  assert.match(
    messages[0] ?? '',
    /not valid JSON: syntax_error; .*openid-configuration: the response must be a JSON object/,
  )
})

test('§3.1 all places share one time limit, and none is asked after one that did not answer in time', async () => {
  const asked: string[] = []
  const signals = new Set<unknown>()
  const { guard, messages } = guardOf('https://auth.example/tenant', {
    fetch: async (input, init) => {
      asked.push(String(input))
      signals.add(init?.signal)
      if (asked.length === 1) return new Response('no', { status: 404 })
      const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError')
      return new Response(new ReadableStream({ pull: (controller) => controller.error(late) }))
    },
  })
  assert.equal((await rejectionOf(guard.checkToken('a.b.c'))).status, 503)
  assert.equal(asked.length, 2)
  assert.equal(signals.size, 1)
  assert.match(
    messages.join(),
    /status 404.*; .*openid-configuration\/tenant: there was no complete response within 5 seconds/,
  )
})

test('§3 metadata are fetched again after an hour', async (t: TestContext) => {
  const issuer = await startIssuer(t)
  let time = testTime
  const { guard } = guardOf(issuer.url, { now: () => time })
  const token = craft(issuer.signer, { claims: { iss: issuer.url, exp: testTime + 36_000 } })
  await assertPasses(guard, token)
  for (const age of [301, 3599, 7300]) {
    time = testTime + age
    await assertPasses(guard, token)
  }
  assert.equal(issuer.countOf(metadataPath), 2)
})
