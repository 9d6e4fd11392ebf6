/** Many clients connect at the same moment, more than a busy process can accept in it. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { openPort, startServer } from '../support/server.ts'

const clients = 1500
/** How many connections Linux keeps for a process at most, whatever the process asks for. */
const systemLimit = '/proc/sys/net/core/somaxconn'

/** Connects from another thread, and counts how many connections the system has made. */
const connecting = `
  const { workerData: { port, clients, count } } = require('node:worker_threads')
  for (let at = 0; at < clients; at++) {
    const socket = require('node:net').connect(port, '127.0.0.1', () => {
      Atomics.add(count, 0, 1)
      Atomics.notify(count, 0)
      socket.end()
    })
    socket.on('error', () => {})
  }`

test('the system keeps the connections of a burst until the process accepts them', async (t) => {
  if (!existsSync(systemLimit) || Number(readFileSync(systemLimit, 'utf8')) < clients) {
    return t.skip('this system keeps fewer connections for a process')
  }
  const { port } = await openPort(t, await startServer(t))
  const count = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(connecting, { eval: true, workerData: { port, clients, count } })
  t.after(() => worker.terminate())
  await new Promise((resolve) => worker.once('online', resolve))
  // This process accepts nothing meanwhile. What the system does not keep is not connected, however long this waits.
  for (let seen = count[0] ?? 0; seen < clients; seen = count[0] ?? 0) {
    assert.equal(Atomics.wait(count, 0, seen, 5000) === 'timed-out', false, `${seen} of ${clients} are connected`)
  }
})
