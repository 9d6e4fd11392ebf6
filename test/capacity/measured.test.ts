/**
 * The model of `npm run capacity` beside a server: what the databases count, which no other load on the machine changes. Days of traffic on SQLite, and
 * under `npm run soak` also on PostgreSQL.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseKinds } from '../../packages/server/test/support/databases.ts'
import { compareOperations } from '../support/capacity/compare-operations.ts'
import { comparePeople } from '../support/capacity/compare-people.ts'
import { compareSteadyState } from '../support/capacity/compare-steady-state.ts'
import { type Comparison, describe, isWithin } from '../support/capacity/comparison.ts'
import { measuredDemands } from '../support/capacity/demands.ts'
import { startMeasured } from '../support/capacity/measured-server.ts'

const isSoak = process.env['SOAK'] === 'true'

for (const kind of databaseKinds) {
  test(`${kind}: each operation commits and logs what the model says`, async (t) => {
    assertRight(await compareOperations(kind, await startMeasured(t, kind), 12))
  })

  test(`${kind}: users, their sessions and consents take as many bytes as the model says`, async (t) => {
    assertRight(await comparePeople(kind, await startMeasured(t, kind), 2000))
  })

  const simulated = isSoak || kind === 'sqlite' ? measuredDemands(1) : []
  for (const { demand, days } of simulated) {
    test(`${kind}: after ${days} days of logins by ${demand.scheme}, as many rows live as the model says, in as many bytes`, async (t) => {
      assertRight(await compareSteadyState(kind, await startMeasured(t, kind, { demand }), demand, days))
    })
  }
}

/** Within a fifth. */
function assertRight(comparisons: readonly Comparison[]): void {
  assert.ok(comparisons.length > 3)
  assert.deepEqual(comparisons.filter((comparison) => !isWithin(comparison)).map(describe), [])
}
