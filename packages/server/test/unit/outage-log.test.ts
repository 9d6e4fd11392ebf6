/** What a flood of failing requests leaves in the log: a line a second for each kind, and the number of all others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOutageLog } from '../../src/log/outage-log.ts'

interface Line {
  readonly reason?: unknown
  readonly omitted?: unknown
}

test('of a flood of lines one is written at once, and the others are counted', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { lines, outageLog } = logged()
  for (let count = 0; count < 100; count++) outageLog.warn({ reason: 'database_unavailable' }, 'failed')
  assert.deepEqual(lines, [{ reason: 'database_unavailable' }])
  t.mock.timers.tick(1000)
  assert.deepEqual(lines[1], { reason: 'database_unavailable', omitted: 98 })
  outageLog.warn({ reason: 'database_unavailable' }, 'failed')
  assert.equal(lines.length, 2)
  t.mock.timers.tick(1000)
  assert.deepEqual(lines[2], { reason: 'database_unavailable' })
  t.mock.timers.tick(5000)
  assert.equal(lines.length, 3)
})

test('another reason has a line of its own', () => {
  const { lines, outageLog } = logged()
  outageLog.warn({ reason: 'database_unavailable' }, 'failed')
  outageLog.warn({ reason: 'overload' }, 'failed')
  assert.equal(lines.length, 2)
  outageLog.end()
})

test('at the end, what was counted is written', () => {
  const { lines, outageLog } = logged()
  for (let count = 0; count < 10; count++) outageLog.warn({ reason: 'database_unavailable' }, 'failed')
  outageLog.end()
  assert.deepEqual(lines, [{ reason: 'database_unavailable' }, { reason: 'database_unavailable', omitted: 8 }])
  outageLog.warn({ reason: 'database_unavailable' }, 'failed')
  assert.equal(lines.length, 3)
})

function logged() {
  const lines: Line[] = []
  const write = (facts: object) => {
    lines.push(facts)
  }
  return { lines, outageLog: createOutageLog({ info: write, warn: write, error: write }) }
}
