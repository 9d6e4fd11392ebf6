/** Hashing outside the event loop (C17): bounded, and without delay for other work. */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { createPasswordPool, PoolBusy, PoolClosed } from '../../src/passwords/pool.ts'
import { wrapHashes } from '../../src/passwords/wrap-hashes.ts'
import { cheapHash, tim } from './vectors.ts'

function start(t: TestContext, options: Parameters<typeof createPasswordPool>[0]) {
  const pool = createPasswordPool(options)
  t.after(() => pool.close())
  return pool
}

test('a pool hashes and verifies like the functions', async (t) => {
  const pool = start(t, { workers: 1 })
  const hash = await pool.hash('\ufb01sh and chips')
  assert.match(hash, /^\$argon2id\$/)
  assert.deepEqual(await pool.verify(hash, 'fish and chips'), { isMatch: true, needsRehash: false })
  assert.deepEqual(await pool.verify(tim.hash, tim.password), { isMatch: true, needsRehash: true })
  assert.deepEqual(await pool.verify(null, 'password'), {
    isMatch: false,
    needsRehash: false,
    problem: 'unusable_hash',
  })
  assert.deepEqual(await pool.verify('$2b$', 'password'), {
    isMatch: false,
    needsRehash: false,
    problem: 'malformed_hash',
  })
})

test('a pool wraps a hash, and one that cannot be wrapped ends no thread', async (t) => {
  const pool = start(t, { workers: 1 })
  const wrapped = await pool.wrap(tim.hash)
  assert.match(wrapped, /^\$wrapped\$argon2id\$/)
  assert.deepEqual(await pool.verify(wrapped, tim.password), { isMatch: true, needsRehash: true })
  for (const hash of [wrapped, await pool.hash('correct horse'), '!', 'password', '$2b$31$']) {
    await assert.rejects(pool.wrap(hash), TypeError)
  }
  assert.equal(pool.running, 0)
})

test('many hashes are wrapped in their order, without filling the queue of the logins', async (t) => {
  const pool = start(t, { workers: 2, queueLimit: 0 })
  const hashes = Array.from({ length: 9 }, (_, index) => createHash('md5').update(`password ${index}`).digest('hex'))
  const wrapped = await wrapHashes(pool, hashes)
  assert.equal(wrapped.length, 9)
  for (const [index, hash] of wrapped.entries()) {
    assert.equal((await pool.verify(hash, `password ${index}`)).isMatch, true)
  }
  assert.deepEqual(await wrapHashes(pool, []), [])
})

test('C17 of 200 simultaneous checks, those within the bounds run and the rest are rejected; then the pool is idle', async (t) => {
  const pool = start(t, { workers: 2 })
  const checks = Array.from({ length: 200 }, () => pool.verify(cheapHash, 'password'))
  assert.equal(pool.running, 2)
  assert.equal(pool.queued, 64)

  const outcomes = await Promise.allSettled(checks)
  const fulfilled = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  const rejected = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.equal(fulfilled.length, 66)
  assert.equal(rejected.length, 134)
  for (const { value } of fulfilled) assert.deepEqual(value, { isMatch: true, needsRehash: true })
  for (const { reason } of rejected) assert.ok(reason instanceof PoolBusy)

  assert.equal(pool.running, 0)
  assert.equal(pool.queued, 0)
  assert.equal((await pool.verify(cheapHash, 'password')).isMatch, true)
})

test('C17 a pool without a queue rejects a check that cannot run at once', async (t) => {
  const pool = start(t, { workers: 1, queueLimit: 0 })
  const running = pool.verify(cheapHash, 'password')
  await assert.rejects(pool.verify(cheapHash, 'password'), PoolBusy)
  assert.equal((await running).isMatch, true)
})

test('C17 the event loop keeps running while a check is pending', async (t) => {
  const pool = start(t, { workers: 1 })
  const order: string[] = []
  const verified = pool.verify(null, 'password').then(() => order.push('verified'))
  for (let turn = 1; turn <= 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    order.push(`turn ${turn}`)
  }
  await verified
  assert.deepEqual(order, ['turn 1', 'turn 2', 'turn 3', 'verified'])
})

// Only Linux has a priority for each thread.
if (process.platform === 'linux') {
  test('C17 only the hashing threads have a lower priority', async (t) => {
    const before = getPriority()
    const niceBefore = threadPriorities().filter((nice) => nice === 10).length
    const pool = start(t, { workers: 2 })
    await Promise.all([pool.verify(cheapHash, 'password'), pool.verify(cheapHash, 'password')])
    assert.equal(threadPriorities().filter((nice) => nice === 10).length - niceBefore, 2)
    assert.equal(getPriority(), before)
  })
}

/** The nice value of each thread of this process: field 19 of proc_pid_stat(5), counted after the name in parentheses. */
function threadPriorities(): number[] {
  return readdirSync('/proc/self/task').map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  })
}

test('a closed pool rejects its pending tasks and all later ones', async () => {
  const pool = createPasswordPool({ workers: 1 })
  const pending = Promise.allSettled([pool.hash('first password'), pool.hash('second password')])
  await pool.close()
  for (const outcome of await pending) assert.ok(outcome.status === 'rejected' && outcome.reason instanceof PoolClosed)
  await assert.rejects(pool.verify(null, 'password'), PoolClosed)
  assert.equal(pool.running, 0)
  assert.equal(pool.queued, 0)
  await pool.close()
})

test('an idle pool does not keep the process alive, a pending task does', async () => {
  const url = new URL('../../src/passwords/pool.ts', import.meta.url)
  const program = `
    import { createPasswordPool } from ${JSON.stringify(url.href)}
    const hash = await createPasswordPool({ workers: 1 }).hash('correct horse')
    console.log(hash.slice(0, 10))`
  // The bound does not measure speed: without it a process that never ends would block the tests.
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 60_000 })
  const { stdout } = await run
  assert.equal(stdout.trim(), '$argon2id$')
})
