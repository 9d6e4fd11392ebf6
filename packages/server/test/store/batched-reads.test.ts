/** What many requests ask of PostgreSQL at the same time is asked in one read. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BatchLimits, batchedReads } from '../../src/store/batched-reads.ts'
import { DatabaseBusy } from '../../src/store/database-busy.ts'
import { openStore } from '../../src/store/open.ts'
import { freshDatabase } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

/** Reads that end when the test says so. */
function heldReads(limits: BatchLimits = { maxWaitMs: 60_000 }) {
  const reads: { readonly keys: readonly number[]; readonly end: (error?: Error) => void }[] = []
  const ask = batchedReads<number, string>((keys) => {
    const { promise, resolve, reject } = Promise.withResolvers<string[]>()
    const values = keys.map((key) => `value of ${key}`)
    reads.push({ keys, end: (error) => (error ? reject(error) : resolve(values)) })
    return promise
  }, limits)
  return { reads, ask }
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('requests of one turn share a read, and each gets its own value', async () => {
  const { reads, ask } = heldReads()
  const asked = [1, 2, 3].map(ask)
  await nextTurn()
  assert.deepEqual(
    reads.map(({ keys }) => keys),
    [[1, 2, 3]],
  )
  reads[0]?.end()
  assert.deepEqual(await Promise.all(asked), ['value of 1', 'value of 2', 'value of 3'])
})

test('a key is never added to a read that began before: what was committed since would be missed', async () => {
  const { reads, ask } = heldReads()
  const first = ask(1)
  await nextTurn()
  const second = ask(1)
  await nextTurn()
  assert.deepEqual(
    reads.map(({ keys }) => keys),
    [[1], [1]],
  )
  for (const { end } of reads) end()
  await Promise.all([first, second])
})

test('beside two reads, keys wait, and go together when one of the two ends', async () => {
  const { reads, ask } = heldReads()
  const asked = [ask(1)]
  await nextTurn()
  asked.push(ask(2))
  await nextTurn()
  asked.push(ask(3))
  await nextTurn()
  asked.push(ask(4))
  await nextTurn()
  assert.equal(reads.length, 2)
  reads[1]?.end()
  assert.equal(await asked[1], 'value of 2')
  await nextTurn()
  assert.deepEqual(reads[2]?.keys, [3, 4])
  for (const { end } of reads) end()
  await Promise.all(asked)
})

test('a read that fails, fails for its own keys alone', async () => {
  const { reads, ask } = heldReads()
  const first = ask(1)
  await nextTurn()
  const second = ask(2)
  await nextTurn()
  reads[0]?.end(new Error('the connection was lost'))
  await assert.rejects(first, /the connection was lost/)
  reads[1]?.end()
  assert.equal(await second, 'value of 2')
})

test('what has waited too long, and what would be one too many, is refused; the others are read', async () => {
  let now = 0
  const { reads, ask } = heldReads({ maxWaitMs: 3000, now: () => now })
  const running = [ask(1)]
  await nextTurn()
  running.push(ask(2))
  await nextTurn()
  assert.equal(reads.length, 2)
  const early = Promise.allSettled(Array.from({ length: 999 }, () => ask(3)))
  now = 3001
  const late = ask(4)
  await assert.rejects(ask(5), DatabaseBusy)
  for (const { end } of reads) end()
  assert.deepEqual(await Promise.all(running), ['value of 1', 'value of 2'])
  for (const outcome of await early) assert.equal(outcome.status, 'rejected')
  assert.deepEqual(reads[2]?.keys, [4])
  reads[2]?.end()
  assert.equal(await late, 'value of 4')
})

test('postgres: a token whose ids no database can store is unknown, and disturbs no token beside it', async (t) => {
  const { url, remove } = await freshDatabase('postgres')
  const store = await openStore({ url, migrate: true })
  t.after(async () => {
    await store.close()
    await remove()
  })
  const tim = aUser('tim')
  await store.users.insert([tim])
  const asked = ['tim', 'tim\0', '\ud800', 'nobody', 'tim'].map((subject, at) =>
    store.tokenStatus.find({
      subject,
      tokenId: at === 4 ? 'token\0' : 'token',
      grantId: at === 4 ? '\udfff' : undefined,
    }),
  )
  const states = await Promise.all(asked)
  assert.deepEqual(
    states.map((state) => state && [state.user.id, state.isRevoked]),
    [[tim.subject.id, false], undefined, undefined, undefined, [tim.subject.id, true]],
  )
})
