/** METRICS_PORT: what Prometheus reads, on a port of its own. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '../support/free-port.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const secretKey = 'metrics-0123456789abcdefghijklmnopqrstuvwxyz'

test('serve has metrics at METRICS_PORT and not at its own, and closes both', async (t) => {
  const port = await freePort()
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: secretKey, METRICS_PORT: String(port) }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  const { origin, stop } = await startCommand(t, ['serve'], environment)
  assert.equal((await fetch(`${origin}/.well-known/jwks.json`)).status, 200)
  assert.equal((await fetch(`${origin}/metrics`)).status, 404)

  const metrics = `http://127.0.0.1:${port}`
  const lines = (await (await fetch(`${metrics}/metrics`)).text()).split('\n')
  const requests = 'countersign_http_request_duration_seconds_count'
  assert.ok(lines.includes(`${requests}{path="/.well-known/jwks.json",method="GET",status="200"} 1`))
  assert.ok(lines.some((line) => line.startsWith('nodejs_eventloop_lag_p99_seconds ')))
  assert.equal((await fetch(`${metrics}/token`, { method: 'POST' })).status, 404)
  // The `params` of a scrape configuration.
  assert.equal((await fetch(`${metrics}/metrics?module=x`)).status, 200)

  const taken = await runCommand(['serve'], { ...environment, PORT: '0' })
  assert.equal(taken.code, 1)
  assert.match(taken.stderr, /^The port of METRICS_PORT cannot be opened on 127\.0\.0\.1: .*EADDRINUSE/)

  const own = await runCommand(['serve'], { ...environment, PORT: new URL(origin).port, METRICS_PORT: '0' })
  assert.equal(own.code, 1)
  assert.match(own.stderr, /^Port \d+ on 127\.0\.0\.1 is in use/)

  assert.equal((await stop()).code, 0)
  await assert.rejects(fetch(`${metrics}/metrics`))
})

test('a METRICS_PORT that is no port is named', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: secretKey, METRICS_PORT: 'ninety' }
  const { code, stderr } = await runCommand(['serve'], environment)
  assert.deepEqual([code, stderr.trim()], [1, 'METRICS_PORT must be a number from 0 to 65535, such as 9464'])
})

test('METRICS_PORT is not the port of the server, which everybody reaches', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: secretKey, METRICS_PORT: '8123', PORT: '8123' }
  for (const args of [['serve'], ['serve', '--workers', '2']]) {
    const { code, stderr } = await runCommand(args, environment)
    assert.deepEqual([code, stderr.trim()], [1, 'METRICS_PORT must be another port than PORT'])
  }
})

test('a METRICS_HOST without a METRICS_PORT is not ignored', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t), SECRET_KEY: secretKey, METRICS_HOST: '127.0.0.1' }
  const { code, stderr } = await runCommand(['serve'], environment)
  const sentence = 'METRICS_HOST needs METRICS_PORT: set it, such as METRICS_PORT=9464, or remove METRICS_HOST'
  assert.deepEqual([code, stderr.trim()], [1, sentence])
})
