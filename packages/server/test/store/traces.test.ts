import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StoredTrace, TracesTable } from '../../src/store/traces.ts'
import { databaseKinds, freshStore } from '../support/databases.ts'

function rows(name: string, count: number, status: number, from: number): readonly StoredTrace[] {
  return Array.from({ length: count }, (_, index) => ({
    requestId: `${name} ${index}`,
    method: 'GET',
    path: '/',
    status,
    reason: 'parameter_missing',
    steps: [],
    happenedAt: from + index,
  }))
}

async function insertAll(traces: TracesTable, all: readonly StoredTrace[]): Promise<void> {
  for (let start = 0; start < all.length; start += 500) await traces.insert(all.slice(start, start + 500))
}

async function pruneAll(traces: TracesTable, time: number, limits: Parameters<TracesTable['prune']>[1]) {
  const removed: number[] = []
  for (;;) {
    const count = await traces.prune(time, limits, 5000)
    if (count === 0) return removed
    removed.push(count)
  }
}

for (const kind of databaseKinds) {
  test(`${kind}: traces are removed by age, at most as many as asked for, oldest first`, async (t) => {
    const { traces } = await freshStore(t, kind)
    await insertAll(traces, rows('old', 6000, 400, 1000))
    await insertAll(traces, rows('new', 10, 400, 100_000))

    assert.equal(await traces.prune(100_000, { max: 20, maxUnrouted: 20 }, 5000), 5000)
    assert.equal(await traces.find('old 4999'), undefined)
    assert.ok(await traces.find('old 5000'))
    assert.equal(await traces.prune(100_000, { max: 20, maxUnrouted: 20 }, 5000), 1000)
    assert.equal(await traces.prune(100_000, { max: 20, maxUnrouted: 20 }, 5000), 0)
    assert.ok(await traces.find('new 0'))
  })

  test(`${kind}: a flood of unknown paths and methods does not push out other rejections`, async (t) => {
    const { traces } = await freshStore(t, kind)
    await insertAll(traces, rows('wrong password', 30, 401, 1000))
    await insertAll(traces, rows('unknown path', 300, 404, 2000))
    await insertAll(traces, rows('unknown method', 300, 405, 3000))

    assert.deepEqual(await pruneAll(traces, 0, { max: 50, maxUnrouted: 10 }), [590])
    assert.ok(await traces.find('wrong password 0'))
    assert.ok(await traces.find('unknown method 290'))
    assert.equal(await traces.find('unknown method 289'), undefined)
  })

  test(`${kind}: of all traces only the newest are kept`, async (t) => {
    const { traces } = await freshStore(t, kind)
    await insertAll(traces, [...rows('older', 40, 400, 1000), ...rows('newer', 40, 401, 2000)])
    await pruneAll(traces, 0, { max: 50, maxUnrouted: 10 })
    assert.equal(await traces.find('older 29'), undefined)
    assert.ok(await traces.find('older 30'))
  })
}
