/** The progress bar: after a second, at a terminal, with rate and time left. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgressBar, formatProgress } from '../../src/cli/terminal/progress.ts'

/** A bar on an output that is recorded, with a clock that the test sets. */
function start({ isTTY, delay }: { readonly isTTY: boolean; readonly delay?: number }) {
  const clock = { now: 1000 }
  const written: string[] = []
  const output = { isTTY, columns: 80, write: (text: string) => written.push(text) }
  const bar = createProgressBar({ output, now: () => clock.now, ...(delay !== undefined && { delay }) })
  const showAt = (seconds: number, task: string, fraction: number) => {
    clock.now = 1000 + seconds
    bar.show({ task, fraction, done: fraction * 1000, unit: 'users' })
  }
  return { bar, showAt, written }
}

test('it appears after a second, at most ten times a second, and disappears', () => {
  const { bar, showAt, written } = start({ isTTY: true })
  showAt(0.5, 'Checking', 0.1)
  showAt(0.99, 'Checking', 0.2)
  assert.deepEqual(written, [])
  for (const at of [1, 1.05, 1.09, 1.2]) showAt(at, 'Checking', at / 10)
  assert.equal(written.length, 2)
  bar.end()
  assert.equal(written.at(-1), '\r\u001b[K')
})

test('work that takes less than a second shows nothing', () => {
  const { bar, showAt, written } = start({ isTTY: true })
  showAt(0.9, 'Checking', 0.9)
  bar.end()
  assert.deepEqual(written, [])
})

test('without a delay, it appears at once', () => {
  const { showAt, written } = start({ isTTY: true, delay: 0 })
  showAt(0, 'Migrating', 0)
  assert.equal(written.length, 1)
})

test('outside of a terminal it shows nothing', () => {
  const { bar, showAt, written } = start({ isTTY: false })
  showAt(5, 'Checking', 0.5)
  bar.end()
  assert.deepEqual(written, [])
})

test('the rate and the time left of a second task do not count the first one', () => {
  const { showAt, written } = start({ isTTY: true })
  showAt(4, 'Checking', 1)
  showAt(10, 'Importing', 0)
  showAt(12, 'Importing', 0.5)
  assert.match(written.at(-1) ?? '', /Importing .* 50% {2}500 users {2}250\/s {2}2 s left$/)
})

const rows: readonly (readonly [fraction: number, elapsed: number, width: number, line: string])[] = [
  [0.25, 10, 120, `Importing  ${'━'.repeat(10)}${'─'.repeat(30)}   25%  25,000 users  2,500/s  30 s left`],
  [0.25, 10, 80, `Importing  ${'━'.repeat(7)}${'─'.repeat(21)}   25%  25,000 users  2,500/s  30 s left`],
  [0.5, 300, 60, `Importing   50%  50,000 users  167/s  5 min 0 s left`],
  [0.01, 400, 120, `Importing  ${'─'.repeat(40)}    1%  1,000 users  2.5/s  11 h 0 min left`],
  [1, 10, 120, `Importing  ${'━'.repeat(40)}  100%  100,000 users  10,000/s`],
  [0.25, 10, 30, 'Importing   25%  25,000 users'],
  [0, 0, 40, 'Importing    0%  0 users  0.0/s'],
]

for (const [fraction, elapsed, width, line] of rows) {
  test(`${fraction * 100} % after ${elapsed} s, in ${width} columns`, () => {
    const progress = { task: 'Importing', fraction, done: fraction * 100_000, unit: 'users' }
    assert.equal(formatProgress(progress, elapsed, width), line)
  })
}
