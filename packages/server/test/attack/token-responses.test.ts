/** What every response of the token endpoint contains, whatever the request was: A24 and A25 of the security cases (RFC 6749 §5.1, §5.2). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { basicOf } from '../support/clients.ts'
import { authorizeUrl, newPkce, requestOf, webApp } from '../support/code-flow.ts'
import { givenGrant } from '../support/grants.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import type { TestServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const valid = { username: 'tim', password: 'tim1234' }
const marker = 'hOsTiLe'

const client: ClientDeclaration = { ...webApp, grant_types: ['authorization_code', 'refresh_token'] }
const service: ClientDeclaration = {
  client_id: 'service',
  client_secret: 'a secret of the service, long enough for anyone',
  grant_types: ['client_credentials'],
  scope: 'items',
}
const server = await alsoOverSocket(
  { after },
  await startPasswordGrantServer({ after }, { clients: [client, service] }),
)

const responses: readonly (readonly [
  status: number,
  title: string,
  send: (server: TestServer) => Promise<Response>,
])[] = [
  [200, 'a token', ({ post }) => post('/token', valid)],
  [400, 'a missing parameter', ({ post }) => post('/token', '')],
  [400, 'an unsupported grant', ({ post }) => post('/token', { ...valid, grant_type: 'x' })],
  [400, 'an unknown scope', ({ post }) => post('/token', { ...valid, scope: 'x' })],
  [401, 'a wrong password', ({ post }) => post('/token', { ...valid, password: 'x' })],
  [401, 'an unknown client', ({ post }) => post('/token', { ...valid, client_id: 'x' })],
  [404, 'another path', ({ post }) => post('/token/x', valid)],
  [405, 'another method', ({ get }) => get('/token')],
  [413, 'too large a body', ({ post }) => post('/token', 'a'.repeat(65_537))],
  [415, 'an encoded body', ({ post }) => post('/token', valid, { 'content-encoding': 'gzip' })],
]

for (const [status, title, send] of responses) {
  test(`A24 ${title} (${status}) gets a JSON response that is neither cached nor sniffed`, async () => {
    const response = await send(server)
    assert.equal(response.status, status)
    assert.equal(response.headers.get('content-type'), 'application/json')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(typeof JSON.parse(await response.text()), 'object')
  })
}

const hostileValues = [
  marker,
  `${marker}"\\`,
  `${marker}<script>alert(1)</script>`,
  `${marker}\r\nx: y`,
  `${marker}\u0000`,
  `${marker}\u001b[31m`,
  `${marker}é\u202e\ud83d\ude00`,
  `${marker}' or 1=1 --`,
  `\${jndi:ldap://${marker}}`,
  `%25${marker}%00`,
]
const hostileForms = ['username', 'grant_type', 'scope', 'client_id', 'unknown'].flatMap((name) =>
  hostileValues.map((value) => ({ name, value })),
)

for (const { name, value } of hostileForms) {
  test(`A25 error_description for ${name}=${JSON.stringify(value)} is plain text without any input`, async () => {
    const response = await server.post('/token', { username: 'nobody', password: 'x', [name]: value, [value]: value })
    const body = await response.text()
    assert.ok(response.status === 400 || response.status === 401)
    // RFC 6749 §5.2: error_description MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.
    assert.match(JSON.parse(body).error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
    assert.ok(!body.includes(marker))
    assert.ok(!JSON.stringify([...response.headers]).includes(marker))
  })
}

const { refreshToken } = await givenGrant(server, { clientId: client.client_id ?? '' })
const codeForm = { code: 'ac_unknown', redirect_uri: 'https://app.example.com/cb', code_verifier: 'v'.repeat(43) }
const ofClient = basicOf(client.client_id, client.client_secret)

/** A request of each grant, and each parameter that it reads. */
const grantRequests: readonly {
  readonly grant: string
  readonly form: Readonly<Record<string, string>>
  readonly headers: Record<string, string>
  readonly parameters: readonly string[]
}[] = [
  { grant: 'password', form: valid, headers: {}, parameters: ['username', 'password', 'scope', 'resource'] },
  {
    grant: 'authorization_code',
    form: codeForm,
    headers: ofClient,
    parameters: ['code', 'redirect_uri', 'code_verifier', 'resource', 'client_id'],
  },
  {
    grant: 'refresh_token',
    form: { refresh_token: refreshToken },
    headers: ofClient,
    parameters: ['refresh_token', 'scope', 'resource', 'client_id'],
  },
  {
    grant: 'client_credentials',
    form: {},
    headers: basicOf(service.client_id, service.client_secret),
    parameters: ['scope', 'resource', 'client_id'],
  },
]

/** RFC 6749 §5.2, §4.1.2.1: the characters of a description, and none of the input. */
function assertPlain(description: string | null, what: string): void {
  assert.match(description ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, what)
  assert.ok(!description?.includes(marker), what)
}

for (const { grant, form, headers, parameters } of grantRequests) {
  test(`A25 the grant ${grant} repeats no value and no name of the request in its errors`, async () => {
    const sent = { grant_type: grant, ...form }
    const bodies = hostileValues.flatMap((value) => [
      ...parameters.map((name) => new URLSearchParams({ ...sent, [name]: value }).toString()),
      // The name of a parameter is sent twice.
      `${new URLSearchParams({ ...sent, [value]: '1' })}&${new URLSearchParams({ [value]: '2' })}`,
    ])
    for (const body of bodies) {
      const response = await server.post('/token', body, headers)
      const text = await response.text()
      assert.ok(response.status === 400 || response.status === 401, `${response.status} ${body}`)
      assertPlain(JSON.parse(text).error_description, body)
      assert.ok(!text.includes(marker) && !JSON.stringify([...response.headers]).includes(marker), body)
    }
  })
}

/** What the errors of /authorize could repeat at the redirect URI; state is repeated as it must be. */
const authorizeParameters = [
  'response_type',
  'scope',
  'prompt',
  'max_age',
  'claims',
  'code_challenge',
  'code_challenge_method',
  'resource',
  'request',
  'request_uri',
  'id_token_hint',
  'response_mode',
]

test('A25 /authorize repeats no value and no name of the request in its errors', async () => {
  const known = Object.entries(requestOf(client, newPkce(), { prompt: 'none' }))
  const parameters = Object.fromEntries(known.filter((entry): entry is [string, string] => entry[1] !== undefined))
  const urls = hostileValues.flatMap((value) => [
    ...authorizeParameters.map((name) => authorizeUrl({ ...parameters, [name]: value })),
    `${authorizeUrl({ ...parameters, [value]: '1' })}&${new URLSearchParams({ [value]: '2' })}`,
  ])
  let redirects = 0
  for (const url of urls) {
    const response = await server.get(url)
    const location = response.headers.get('location')
    if (location !== null) {
      redirects++
      assertPlain(new URL(location).searchParams.get('error_description'), url)
    }
    assert.ok(!(await response.text()).includes(marker), url)
    assert.ok(!JSON.stringify([...response.headers]).includes(marker), url)
  }
  assert.ok(redirects > urls.length / 2)
})
