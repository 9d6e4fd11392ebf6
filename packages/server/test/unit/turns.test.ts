/** How long one turn of the event loop handles requests. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from '../../src/http/turns.ts'
import { declaredClients } from '../support/grants.ts'
import { startServer } from '../support/server.ts'

/** Resolves in the same turn of the event loop, after all that is done at once: as between two requests that have arrived. */
const doneAtOnce = () => new Promise<void>((resolve) => queueMicrotask(() => process.nextTick(resolve)))

/** Keeps the process busy for some milliseconds. */
function work(ms: number): void {
  const begun = performance.now()
  while (performance.now() - begun < ms);
}

test('requests that come at once are handled in their order, in as many turns as they are long', async () => {
  const { wait } = createTurns()
  const count = 20
  const handled: number[] = []
  let turns = 0
  const countTurn = () => {
    turns++
    if (handled.length < count) setImmediate(countTurn)
  }
  setImmediate(countTurn)
  const requests: Promise<void>[] = []
  for (let at = 0; at < count; at++) {
    requests.push(
      (async () => {
        await wait('others')
        work(6)
        handled.push(at)
      })(),
    )
    await doneAtOnce()
  }
  await Promise.all(requests)
  assert.deepEqual(handled, [...Array(count).keys()])
  // Two of them are as long as a turn.
  assert.ok(turns >= count / 2 - 1, `${turns} turns`)
})

test('checks of tokens and other requests that wait are handled alternately, each kind in its order', async () => {
  const { wait } = createTurns()
  const handled: string[] = []
  const request = async (kind: 'checks' | 'others', name: string) => {
    await wait(kind)
    handled.push(name)
  }
  // Until the turn has been long enough: this request is the first that waits.
  let first = wait('others')
  while (first === undefined) {
    work(6)
    first = wait('others')
  }
  const waiting = [
    request('others', 'token 1'),
    request('others', 'token 2'),
    request('checks', 'check 1'),
    request('checks', 'check 2'),
    request('checks', 'check 3'),
    first.then(() => handled.push('token 0')),
  ]
  await Promise.all(waiting)
  assert.deepEqual(handled, ['check 1', 'token 0', 'check 2', 'token 1', 'check 3', 'token 2'])
})

test('a check of the health is answered before the requests that wait for their turn', async (t) => {
  const { post, get } = await startServer(t, { clients: declaredClients })
  const order: string[] = []
  const requests: Promise<unknown>[] = []
  for (let count = 0; count < 500; count++) {
    requests.push(post('/token', { grant_type: 'client_credentials' }).then(() => order.push('token')))
    await doneAtOnce()
  }
  await get('/healthz')
  order.push('health')
  await Promise.all(requests)
  assert.ok(order.indexOf('health') < 250, `after ${order.indexOf('health')} of 500`)
})
