/** Clients of the metrics port that are slow on purpose: Q1 and Q2 of the security cases. */
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { listenForMetrics } from '../../src/http/metrics-port.ts'
import { openConnection, requestText } from '../support/raw-http.ts'
import type { Scope } from '../support/scope.ts'

/** Milliseconds. `serve` has 30 seconds. */
const idleTimeoutMs = 50

/** Returns its port. */
async function serveMetrics(scope: Scope, body: string, limitMs?: number): Promise<number> {
  const read = async () => ({ contentType: 'text/plain', text: body })
  const { url, close } = await listenForMetrics(read, '127.0.0.1', 0, limitMs)
  scope.after(close)
  return Number(new URL(url).port)
}

test('Q2 a client of the metrics port that does not read its response is disconnected', async (t) => {
  // More than the buffers of the sockets take.
  const body = 'x'.repeat(64 * 1024 * 1024)
  const port = await serveMetrics(t, body, idleTimeoutMs)
  const socket = connect({ port, host: '127.0.0.1' })
  t.after(() => socket.destroy())
  socket.pause()
  socket.write(requestText('GET /metrics', { connection: 'close' }))
  await sleep(20 * idleTimeoutMs)
  const received = await text(socket).catch((error: NodeJS.ErrnoException) => String(error.code))
  assert.ok(received.length < body.length, `the whole response of ${received.length} characters`)
})

test('Q1 headers that trickle to the metrics port get 408, as at the port of the server', async (t) => {
  const port = await serveMetrics(t, 'up 1\n')
  const connection = openConnection(t, port)
  connection.write('GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n')
  const timer = setInterval(() => connection.write('x: y\r\n'), 1000)
  t.after(() => clearInterval(timer))
  assert.match(await connection.closed, /^HTTP\/1\.1 408 /)
})
