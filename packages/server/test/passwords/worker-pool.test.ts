/** What happens to the tasks of a pool when its threads fail. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { PoolBusy, WorkerFailed, WorkerPool } from '../../src/passwords/worker-pool.ts'

function start(
  t: TestContext,
  options: { size: number; queueLimit: number },
  worker = './support/unreliable-worker.ts',
): WorkerPool<string, string> {
  const script = new URL(worker, import.meta.url)
  const pool = new WorkerPool<string, string>({ ...options, script })
  t.after(() => pool.close())
  return pool
}

for (const fault of ['throw', 'exit', 'outgrow']) {
  test(`R22 a thread that ends by '${fault}' fails its own task, is replaced, and no other task is affected`, async (t) => {
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

test('when the only thread exits, another thread runs the waiting tasks', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 3 })
  const outcomes = await Promise.allSettled(['exit', 'first', 'exit', 'second'].map((task) => pool.run(task)))
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['rejected', 'fulfilled', 'rejected', 'fulfilled'],
  )
})

test('when no thread can start, every task fails with the cause, and so do later tasks', async (t) => {
  const pool = start(t, { size: 2, queueLimit: 2 }, './support/broken-worker.ts')
  const outcomes = await Promise.allSettled(['1', '2', '3', '4'].map((task) => pool.run(task)))
  const later = await Promise.allSettled([pool.run('5')])
  for (const outcome of [...outcomes, ...later]) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof WorkerFailed)
    assert.match(String(outcome.reason.cause), /the module could not be loaded/)
  }
  assert.equal(pool.running, 0)
  assert.equal(pool.queued, 0)
})

test('a task that is rejected because the pool is full does not run later', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 0 })
  await pool.run('warm')
  const running = pool.run('environment')
  await assert.rejects(pool.run('exit'), PoolBusy)
  await running
  assert.equal(await pool.run('next'), 'next')
})

test('a thread that throws gives its error as the cause', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 0 })
  await assert.rejects(pool.run('throw'), (error) => {
    assert.ok(error instanceof WorkerFailed && error.cause instanceof Error)
    assert.equal(error.cause.message, 'thrown by the worker')
    return true
  })
})

test('when every thread fails, each task is settled once and the bounds hold', async (t) => {
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

test('tasks run in the order of their arrival', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 8 })
  const done: string[] = []
  const tasks = ['1', '2', '3', '4'].map(async (task) => done.push(await pool.run(task)))
  await Promise.all(tasks)
  assert.deepEqual(done, ['1', '2', '3', '4'])
})

test('a thread cannot read the environment of the process', async (t) => {
  const pool = start(t, { size: 1, queueLimit: 0 })
  Object.assign(process.env, { COUNTERSIGN_TEST_SECRET: 'only for the main thread' })
  t.after(() => Reflect.deleteProperty(process.env, 'COUNTERSIGN_TEST_SECRET'))
  assert.ok(!(await pool.run('environment')).includes('SECRET'))
})

test('where no thread can be started, tasks are rejected, also those that wait', async (t) => {
  // Node refuses this address as the system refuses one more thread: `new Worker` throws.
  const pool = start(t, { size: 1, queueLimit: 3 }, 'https://worker.example.com/worker.js')
  const outcomes = await Promise.allSettled(['first', 'second', 'third'].map((task) => pool.run(task)))
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.name),
    ['WorkerFailed', 'WorkerFailed', 'WorkerFailed'],
  )
})
