/** `npm run capacity -- --check`: the model beside a server on both databases. */
import { type DatabaseKind, databaseKinds } from '../../../packages/server/test/support/databases.ts'
import { globalSetup, globalTeardown } from '../global-setup.ts'
import { compareOperations, comparePages } from './compare-operations.ts'
import { comparePeople } from './compare-people.ts'
import { compareSteadyState } from './compare-steady-state.ts'
import { type Comparison, describe, isWithin } from './comparison.ts'
import { measuredDemands } from './demands.ts'
import { startMeasured } from './measured-server.ts'

/** Prints each comparison. Whether the model is right in all of them. */
export async function checkModel(print: (line: string) => void): Promise<boolean> {
  await globalSetup()
  try {
    const comparisons: Comparison[] = []
    for (const kind of databaseKinds) {
      for await (const comparison of compareOn(kind)) {
        print(describe(comparison))
        comparisons.push(comparison)
      }
    }
    return comparisons.every(isWithin)
  } finally {
    await globalTeardown()
  }
}

async function* compareOn(kind: DatabaseKind): AsyncGenerator<Comparison> {
  const closers: (() => unknown)[] = []
  const scope = { after: (close: () => unknown) => closers.unshift(close) }
  try {
    yield* await compareOperations(kind, await startMeasured(scope, kind), 30)
    yield* await comparePeople(kind, await startMeasured(scope, kind), 4000)
    if (kind === 'postgres') {
      const measured = await startMeasured(scope, kind, { fullPages: true })
      await comparePeople(kind, measured, 4000)
      yield* await comparePages(measured, 10)
    }
    for (const { demand, days } of measuredDemands(3)) {
      yield* await compareSteadyState(kind, await startMeasured(scope, kind, { demand }), demand, days)
    }
  } finally {
    for (const close of closers) await close()
  }
}
