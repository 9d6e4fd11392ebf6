/** RFC 8628, OAuth 2.0 Device Authorization Grant: what the client sends, shows and waits for. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { createClient } from '../../src/client.ts'
import { ClientError } from '../../src/errors.ts'
import { logInWithDevice } from '../../src/node/device-login.ts'
import { createWaitingClient, granted, pending, startDeviceIssuer } from '../support/device-issuer.ts'

const silent = { tell: () => {} }

test('§3.1, §3.4 the client sends its id and the scope, then polls with the device code and its grant type', async (t) => {
  const device = await startDeviceIssuer(t)
  const { client, sleep } = createWaitingClient(device.issuer, { resource: 'https://api.example/' })
  const tokens = await logInWithDevice(client, { ...silent, sleep })
  assert.equal(tokens.accessToken, 'an.access.token')
  assert.deepEqual(
    device.received.map(({ path, form }) => [path, Object.fromEntries(form)]),
    [
      ['/device', { scope: 'watch', resource: 'https://api.example/', client_id: 'television' }],
      [
        '/token',
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          device_code: 'the-device-code-itself',
          resource: 'https://api.example/',
          client_id: 'television',
        },
      ],
    ],
  )
  assert.equal(await client.accessToken(), 'an.access.token')
})

test('§3.3, §3.3.1 the URL, the code and the URL with the code are shown; the device code is not', async (t) => {
  const device = await startDeviceIssuer(t)
  const { client, sleep } = createWaitingClient(device.issuer)
  const shown: string[] = []
  await logInWithDevice(client, { sleep, tell: (text) => shown.push(text) })
  assert.deepEqual(shown, [
    `Open ${device.issuer}/enter on any device and enter the code WDJB-MJHT\n` +
      `Or open it with the code in it: ${device.issuer}/enter?user_code=WDJB-MJHT\n`,
  ])
})

test('§3.2, §3.5 it waits before each request: the interval, 5 seconds without one, and 5 more after each slow_down', async (t) => {
  const device = await startDeviceIssuer(t)
  const slowDown = [400, { error: 'slow_down' }] as const
  device.authorization = { interval: 7 }
  device.tokenResponses = [pending, slowDown, pending, slowDown, granted]
  const first = createWaitingClient(device.issuer)
  await logInWithDevice(first.client, { ...silent, sleep: first.sleep })
  assert.deepEqual(first.waits, [7, 7, 12, 12, 17])

  device.authorization = { interval: undefined }
  device.tokenResponses = [pending, granted]
  const second = createWaitingClient(device.issuer)
  await logInWithDevice(second.client, { ...silent, sleep: second.sleep })
  assert.deepEqual(second.waits, [5, 5])
})

test('§3.5 an interval of 0 counts as none, and one shorter than a second is a second', async (t) => {
  const device = await startDeviceIssuer(t)
  for (const [interval, wait] of [
    [0, 5],
    [1e-9, 1],
  ]) {
    device.authorization = { interval }
    device.tokenResponses = [pending, granted]
    const { client, sleep, waits } = createWaitingClient(device.issuer)
    await logInWithDevice(client, { ...silent, sleep })
    assert.deepEqual(waits, [wait, wait])
  }
})

test('§3.2, §3.5 it waits no longer than the codes are valid, and never polls too early', async (t) => {
  const device = await startDeviceIssuer(t)
  const cases = [
    { interval: 86_399, response: pending, waits: [60], requests: 0 },
    { interval: 25, response: pending, waits: [25, 25, 10], requests: 2 },
    { interval: 30, response: pending, waits: [30, 30], requests: 2 },
    { interval: 20, response: [400, { error: 'slow_down' }] as const, waits: [20, 25, 15], requests: 2 },
  ]
  for (const { interval, response, waits: expected, requests } of cases) {
    device.authorization = { interval, expires_in: 60 }
    device.tokenResponses = [response]
    device.received.length = 0
    const { client, sleep, waits } = createWaitingClient(device.issuer)
    await assert.rejects(logInWithDevice(client, { ...silent, sleep }), { code: 'login_too_old' })
    assert.deepEqual(waits, expected)
    assert.equal(device.received.filter(({ path }) => path === '/token').length, requests)
  }
})

test('§3.5 without a response, or during an outage, it polls less and less often', async (t) => {
  const device = await startDeviceIssuer(t)
  const outages = [
    [0, {}],
    [503, []],
    [500, { error: 'server_error' }],
    [400, { error: 'temporarily_unavailable' }],
  ] as const
  for (const outage of outages) {
    device.tokenResponses = [outage, outage, pending, granted]
    const { client, sleep, waits } = createWaitingClient(device.issuer)
    await logInWithDevice(client, { ...silent, sleep })
    assert.deepEqual(waits, [5, 10, 20, 5])
  }
})

test('§3.5 access_denied, expired_token and any other error end the wait', async (t) => {
  const device = await startDeviceIssuer(t)
  const cases = [
    ['access_denied', 'authorization_failed'],
    ['expired_token', 'login_too_old'],
    ['invalid_grant', 'request_rejected'],
    ['invalid_client', 'request_rejected'],
  ] as const
  for (const [error, code] of cases) {
    device.tokenResponses = [pending, [400, { error }], granted]
    const { client, sleep, waits } = createWaitingClient(device.issuer)
    await assert.rejects(logInWithDevice(client, { ...silent, sleep }), { name: 'ClientError', code })
    assert.deepEqual(waits, [5, 5])
    assert.equal(await client.tokens(), undefined)
  }
})

test('§3.2 the client gives up when the codes have expired, whatever the issuer responds', async (t) => {
  const device = await startDeviceIssuer(t)
  device.authorization = { expires_in: 20 }
  device.tokenResponses = [pending]
  const { client, sleep, waits } = createWaitingClient(device.issuer)
  await assert.rejects(logInWithDevice(client, { ...silent, sleep }), { code: 'login_too_old' })
  assert.equal(waits.length, 4)
})

test('§3.2 a wrong response is rejected, and the error does not quote it', async (t) => {
  const device = await startDeviceIssuer(t)
  const wrong: readonly Record<string, unknown>[] = [
    { device_code: undefined },
    { device_code: 1 },
    { user_code: undefined },
    { user_code: 'WDJB\u001b[2J' },
    { user_code: 'WDJB\u009b2J' },
    { user_code: 'WDJB. Then run: rm -rf ~' },
    { user_code: 'WDJB'.repeat(9) },
    { verification_uri: undefined },
    { verification_uri: 'javascript:alert(1)' },
    { verification_uri: 'http://issuer.example/enter' },
    { verification_uri: 'https://issuer.example@another.example/passwd' },
    { verification_uri_complete: 'file:///etc/passwd' },
    { verification_uri_complete: 'https://issuer.example:passwd@another.example/' },
    { expires_in: undefined },
    { expires_in: '600' },
    { interval: '5' },
    { interval: -5 },
  ]
  for (const authorization of wrong) {
    device.authorization = authorization
    const { client, sleep } = createWaitingClient(device.issuer)
    const [member = ''] = Object.keys(authorization)
    await assert.rejects(logInWithDevice(client, { ...silent, sleep }), (error) => {
      assert.ok(error instanceof ClientError)
      assert.equal(error.code, 'response_invalid')
      assert.match(error.message, new RegExp(`${member} must be`))
      assert.doesNotMatch(error.message, /itself|WDJB|script|passwd/)
      return true
    })
  }
})

test('§4 an issuer without the endpoint is reported as such', async (t) => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ issuer, token_endpoint: `${issuer}/token` }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address)
  const issuer = `http://127.0.0.1:${address.port}`
  const client = createClient({ issuer, clientId: 'television' })
  await assert.rejects(logInWithDevice(client, silent), {
    code: 'endpoint_missing',
    message: /device_authorization_endpoint/,
  })
})

test('the wait ends with the reason of the signal', async (t) => {
  const device = await startDeviceIssuer(t)
  const stop = new AbortController()
  const { client } = createWaitingClient(device.issuer)
  const login = logInWithDevice(client, {
    tell: () => stop.abort(new Error('the user went home')),
    signal: stop.signal,
  })
  await assert.rejects(login, /the user went home/)
})

test('§3.2 an optional member that is null counts as absent', async (t) => {
  const device = await startDeviceIssuer(t)
  device.authorization = { verification_uri_complete: null, interval: null }
  const { client } = createWaitingClient(device.issuer)
  assert.ok(await logInWithDevice(client, silent))
})
