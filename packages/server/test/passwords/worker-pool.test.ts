/** What happens to the tasks of a pool when its threads fail. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { PoolBusy, WorkerFailed, WorkerPool } from '../../src/passwords/worker-pool.ts'

function start(t: TestContext, options: { size: number; queueLimit: number }): WorkerPool<string, string> {
  const script = new URL('./support/unreliable-worker.ts', import.meta.url)
  const pool = new WorkerPool<string, string>({ ...options, script })
  t.after(() => pool.close())
  return pool
}

for (const fault of ['throw', 'exit', 'outgrow']) {
  test(`a thread that ends by '${fault}' fails its own task, is replaced, and no other task notices`, async (t) => {
    const pool = start(t, { size: 2, queueLimit: 3 })
    const outcomes = await Promise.allSettled(
      ['first', fault, 'second', 'third', 'fourth'].map((task) => pool.run(task)),
    )
    assert.deepEqual(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : outcome.reason.name)),
      ['first', 'WorkerFailed', 'second', 'third', 'fourth'],
    )
    assert.equal(pool.running, 0)
    assert.deepEqual(await Promise.all([pool.run('fifth'), pool.run('sixth')]), ['fifth', 'sixth'])
  })
}

test('a thread that throws gives its error as the cause', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 0 })
  await assert.rejects(pool.run('throw'), (error) => {
    assert.ok(error instanceof WorkerFailed && error.cause instanceof Error)
    assert.equal(error.cause.message, 'thrown by the worker')
    return true
  })
})

test('when every thread fails, each task is answered once and the bounds hold', async (t) => {
  const pool = start(t, { size: 2, queueLimit: 2 })
  const tasks = Array.from({ length: 5 }, () => pool.run('throw'))
  assert.equal(pool.running, 2)
  assert.equal(pool.queued, 2)
  const outcomes = await Promise.allSettled(tasks)
  const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined))
  assert.equal(reasons.filter((reason) => reason instanceof WorkerFailed).length, 4)
  assert.ok(reasons[4] instanceof PoolBusy)
  assert.equal(pool.running, 0)
  assert.equal(pool.queued, 0)
})

test('tasks are done in the order in which they came', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 8 })
  const done: string[] = []
  const tasks = ['1', '2', '3', '4'].map(async (task) => done.push(await pool.run(task)))
  await Promise.all(tasks)
  assert.deepEqual(done, ['1', '2', '3', '4'])
})

test('a thread sees nothing of the environment of the process', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 0 })
  Object.assign(process.env, { COUNTERSIGN_TEST_SECRET: 'only for the main thread' })
  t.after(() => Reflect.deleteProperty(process.env, 'COUNTERSIGN_TEST_SECRET'))
  assert.ok(!(await pool.run('environment')).includes('SECRET'))
})
