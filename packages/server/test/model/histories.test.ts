/**
 * Random histories of grants, codes, tokens, sessions and revocations at two servers on one database: each answer is the one that the
 * model in this folder expects. `npm run soak` runs 10,000 for each database, of a seed that is printed.
 */
import { test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { type DatabaseKind, databaseKinds } from '../support/databases.ts'
import { startPair } from './pair.ts'
import { report } from './progress.ts'
import { runHistory } from './run-history.ts'
import { histories } from './steps.ts'

const isSoak = process.env['SOAK'] === 'true'
const seed = Number(process.env['MODEL_SEED'] ?? (isSoak ? Math.floor(Math.random() * 2 ** 31) : 13))
const runs: Readonly<Record<DatabaseKind, number>> = isSoak
  ? { sqlite: 10_000, postgres: 10_000 }
  : { sqlite: 40, postgres: 12 }

for (const database of databaseKinds) {
  const timeout = isSoak ? 4 * 3600 * 1000 : 300_000
  test(`${database}: the servers agree with the model in ${runs[database]} histories of seed ${seed}`, {
    timeout,
  }, async (t) => {
    const pair = await startPair(t, database)
    let done = 0
    const property = fc.asyncProperty(histories, async (history) => {
      await runHistory(pair, history)
      report('histories', ++done, runs[database])
    })
    await fc.assert(property, { seed, numRuns: runs[database], endOnFailure: false })
  })
}
