/** A move that another one of the same source and target takes over before its target is noted. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { begin } from '../../src/store/move/begin.ts'
import { findBeginning } from '../../src/store/move/find-beginning.ts'
import { readRecords } from '../../src/store/move/records.ts'
import { type Side, withSides } from '../../src/store/move/sides.ts'
import { databaseKinds } from '../support/databases.ts'
import { databaseUrl, failureOf, givenRows } from '../support/moves.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a command that found no note in the target, and finds one when it takes over the source, ends`, async (t) => {
    const { from, to } = await givenDatabases(t)
    await withSides({ from, to }, async (sides) => {
      const { source, target } = sides
      const first = await findBeginning(source, target, 'first')
      await begin(sides, first, 'runner of the first', 1)
      const { source: former } = await recordsOf(source)
      const failure = await failureOf(begin(sides, { state: 'new', id: 'second', former }, 'runner of the second', 1))
      assert.match(failure.message, /has taken over/)
      assert.deepEqual(await idsIn(source, target), ['first', 'first'])
    })
  })

  test(`${kind}: a command that has taken over the source replaces the note that the other one made in the target since`, async (t) => {
    const { from, to } = await givenDatabases(t)
    const before = await databaseUrl(t, kind)
    await withSides({ from, to }, async (sides) => {
      const { source, target } = sides
      await begin(sides, await findBeginning(source, target, 'first'), 'runner of the first', 1)
      const { source: former } = await recordsOf(source)
      await withSides({ from, to: before }, async ({ target: { connection } }) => {
        // When the source is taken over, the target is as it was before that note.
        const early = { source, target: { ...target, connection: { ...target.connection, db: connection.db } } }
        await begin(early, { state: 'new', id: 'second', former }, 'runner of the second', 1)
      })
      assert.deepEqual(await idsIn(source, target), ['second', 'second'])
    })
  })

  async function givenDatabases(t: TestContext): Promise<{ readonly from: string; readonly to: string }> {
    const from = await databaseUrl(t, kind)
    await givenRows(from)
    return { from, to: await databaseUrl(t, kind) }
  }
}

const recordsOf = (side: Side) => readRecords(side.connection.db)

async function idsIn(source: Side, target: Side): Promise<readonly unknown[]> {
  return [(await recordsOf(source)).source?.id, (await recordsOf(target)).target?.id]
}
