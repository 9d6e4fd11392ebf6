/** `countersign doctor` through a proxy with TLS: a deployment without faults is clean, and faults of the deployment are found. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { freshStore } from '../../support/databases.ts'
import { examine, page, start, wrong } from '../../support/doctor.ts'
import { tim } from '../../support/people.ts'
import type { Fault } from '../../support/proxy.ts'

const shared = await start({ after })

test('a deployment without faults is clean, and only what was not given is not tried', async () => {
  const findings = await examine(shared.target)
  assert.deepEqual(wrong(findings), [])
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'skipped').map(({ check }) => check),
    ['https', 'login'],
  )
  assert.match(findings.find(({ check }) => check === 'address')?.message ?? '', /reaches the server/)
})

test('a deployment under a path is clean, and a root that the proxy does not forward is found', async (t) => {
  const { proxy, target } = await start(t, { path: '/auth' })
  assert.deepEqual(wrong(await examine(target)), [])
  proxy.fault = { answer: ({ path }) => (path.startsWith('/auth') ? undefined : page(404)) }
  assert.match(
    wrong(await examine(target))[0] ?? '',
    /^discovery: .*\/\.well-known\/oauth-authorization-server\/auth has status 404/,
  )
})

test('an issuer that is not the URL is found', async (t) => {
  const { target } = await start(t, { issuer: 'http://127.0.0.1:8000' })
  const found = wrong(await examine({ ...target, configured: undefined }, 'endpoints'))
  assert.match(found[0] ?? '', /^discovery: .* has the issuer http:\/\/127\.0\.0\.1:8000, so clients of https:/)
  assert.ok(found.some((finding) => finding.startsWith('endpoints: token_endpoint is http://127.0.0.1:8000/token')))
})

test('forgotten demo settings are found', async (t) => {
  const { target } = await start(t, { demo: true, metricsPath: '/metrics' })
  const found = wrong(await examine(target, 'public'))
  assert.match(
    found.find((finding) => finding.startsWith('public: The demo')) ?? '',
    /users whose passwords everybody knows/,
  )
  assert.ok(found.includes('public: Everybody can read the metrics at /metrics.'))
})

test('metrics that are public at a path of their own are found', async (t) => {
  const { target } = await start(t, { metricsPath: '/internal/figures' })
  const found = wrong(await examine(target, 'public'))
  assert.deepEqual(found, ['public: Everybody can read the metrics at /internal/figures.'])
})

test('another database than that of the server is found', async (t) => {
  const store = await freshStore(t, 'sqlite')
  const found = wrong(await examine({ ...shared.target, store }, 'address'))
  assert.deepEqual(found, ['database: The server behind this URL did not record our request in this database.'])
})

test('a server that believes the X-Forwarded-For of anybody is found', async () => {
  // It trusts 127.0.0.1, from where this test connects. With another list, this test is any client.
  const found = wrong(await examine({ ...shared.target, trustedProxies: ['192.0.2.1'] }, 'address'))
  assert.match(found.join('\n'), /^address: The server believes the X-Forwarded-For of any client/)
})

test('a dead URL and one without TLS get one clear finding', async (t) => {
  const plain = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const { port } = plain.address() as AddressInfo
  t.after(() => plain.close())
  for (const origin of ['https://127.0.0.1:1', `https://127.0.0.1:${port}`, 'https://doctor.invalid']) {
    const target = { ...shared.target, issuer: origin, configured: undefined }
    const findings = await examine(target)
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['problem', 'skipped'],
    )
    assert.match(findings[0]?.message ?? '', /^[^\n]* does not respond: [^\n]*\.$/)
    if (origin.endsWith(`:${port}`)) assert.match(findings[0]?.message ?? '', /TLS fails: [a-z ]+\.$/)
  }
})

test('without a client, what needs one is not tried, and the finding says how to name one', async () => {
  const findings = await examine({ ...shared.target, client: undefined, clientOrigin: undefined, store: undefined })
  assert.deepEqual(wrong(findings), [])
  const skipped = findings.filter(({ severity }) => severity === 'skipped')
  assert.deepEqual(
    skipped.map(({ check }) => check),
    ['https', 'address', 'login-page', 'login'],
  )
  assert.match(skipped[2]?.message ?? '', /--client ID --redirect-uri URI/)
})

test('what a server sends is never believed to be well formed', async () => {
  const body = '{"issuer":{"toString":1},"token_endpoint":{"toString":1},"keys":[{"alg":{"toString":1}}],"error":[]}'
  const answers: readonly Fault['answer'][] = [
    () => ({ status: 200, headers: { location: 'http://[', date: 'x' }, body }),
    ({ path }) => (path.includes('openid-c') ? undefined : { status: 303, headers: { location: 'http://[' }, body }),
    ({ path }) => (path.includes('openid-c') ? undefined : { status: 303, headers: { location: path }, body }),
  ]
  for (const answer of answers) {
    shared.proxy.fault = { ...(answer && { answer }) }
    assert.ok(wrong(await examine({ ...shared.target, credentials: tim })).length > 0)
  }
  shared.proxy.fault = {}
})
