/** Two moves at once that have a database in common: one goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StoreError } from '../../src/store/errors.ts'
import type { Moved } from '../../src/store/move/move.ts'
import { openStore } from '../../src/store/open.ts'
import { databaseUrl, givenRows, move } from '../support/moves.ts'
import { countRows } from '../support/rows.ts'

/** From where to where, of three databases. */
const atOnce = {
  'into the same database': ['ac', 'bc'],
  'of the same database': ['ac', 'ad'],
  'between the same databases': ['ac', 'ac'],
  'that cross': ['ac', 'ca'],
} as const

for (const [first, second] of [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const) {
  for (const [name, pairs] of Object.entries(atOnce)) {
    test(`${first} and ${second}: of two moves at once ${name} one goes on, and the other one ends`, async (t) => {
      const urls = new Map<string, string>()
      for (const letter of 'abcd') urls.set(letter, await databaseUrl(t, 'ab'.includes(letter) ? first : second))
      const moves = pairs.map(([from, to]) => [urls.get(from ?? '') ?? '', urls.get(to ?? '') ?? ''] as const)
      const isCrossing = name === 'that cross'
      // Both must be empty to be a target.
      if (!isCrossing) for (const from of new Set(moves.map(([source]) => source))) await givenRows(from)
      const outcomes = await Promise.allSettled(moves.map(([from, to]) => move(from, to)))
      for (const outcome of outcomes) {
        if (outcome.status === 'fulfilled') continue
        assert.ok(outcome.reason instanceof StoreError, String(outcome.reason?.stack))
      }
      const moved = moves.filter((_pair, at) => isMoved(outcomes[at]))
      if (!isCrossing) assert.equal(moved.length, 1, outcomes.map(describe).join('\n'))
      const inUse = moves.map(([from, to]) => (moved.some(([source]) => source === from) ? to : from))
      // Both of them when one began after the end of the other: it has brought the data back.
      const last = outcomes.findIndex((outcome) => outcome.status === 'fulfilled' && outcome.value.state === 'back')
      if (isCrossing) inUse.splice(0, 2, ...(moves[last] ? [moves[last]] : moved).map(([, to]) => to))
      for (const [at, url] of inUse.entries()) {
        // One that began a moment later has taken over: what the other had copied is left in its target, on which no server starts.
        if (isTakenOver(outcomes[at]) && url === moves[at]?.[1]) {
          await openStore({ url, migrate: false }).then(
            (store) => store.close(),
            (error: unknown) => assert.match(String(error), /has not finished/),
          )
        } else await (await openStore({ url, migrate: false })).close()
      }
      if (isCrossing && moved.length === 0)
        for (const [from] of moves)
          assert.equal(await countRows(from, 'countersign_moves'), 0, outcomes.map(describe).join('\n'))
    })
  }
}

/** One that began after the end of another one between the same databases finds all of it done. */
function isMoved(outcome: PromiseSettledResult<Moved> | undefined): boolean {
  return outcome?.status === 'fulfilled' && outcome.value.state !== 'complete'
}

function describe(outcome: PromiseSettledResult<unknown>): string {
  return outcome.status === 'rejected' ? String(outcome.reason) : 'moved'
}

function isTakenOver(outcome: PromiseSettledResult<unknown> | undefined): boolean {
  return outcome?.status === 'rejected' && /has taken over/.test(String(outcome.reason))
}
