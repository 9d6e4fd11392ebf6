/** Moves from each database into each: all rows, also those that are changed meanwhile; refusals; interruptions. */
import assert from 'node:assert/strict'
import { symlinkSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { problemOf } from '../../src/store/database-problem.ts'
import { cancelMove } from '../../src/store/move/cancel.ts'
import { keyColumns, movedTables } from '../../src/store/move/moved-tables.ts'
import { openStore, restoreStore } from '../../src/store/open.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { type DatabaseKind, databaseKinds, migratedDatabase } from '../support/databases.ts'
import {
  connectDirectly,
  contentsOf,
  type Direct,
  databaseUrl,
  emptyBackup,
  givenRows,
  insertion,
  lastly,
  move,
  rowNumbered,
  rows,
  type TableColumns,
} from '../support/moves.ts'
import { countRows } from '../support/rows.ts'

const maxRounds = 400
/** Milliseconds between two changes. */
const pause = 3

const directions = [
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
] as const

/** A database with rows in each table. */
async function givenDatabase(t: TestContext, kind: DatabaseKind): Promise<{ url: string; columns: TableColumns }> {
  const { url, remove } = await migratedDatabase(kind)
  t.after(remove)
  return { url, columns: await givenRows(url) }
}

/** Changes rows of all tables until the database refuses. Returns how many changes it made. */
async function changeUntilRefused(direct: Direct, columns: TableColumns): Promise<number> {
  const changes: string[] = movedTables.flatMap((table, at) => {
    const other = columns.get(table)?.find(({ isPlain }) => isPlain)
    const set = other && `"${other.name}" = ${other.isNumber ? '7' : "'changed'"}`
    return [
      ...(set ? [`update "${table}" set ${set} where ${rowNumbered(table, columns, at)}`] : []),
      `delete from "${table}" where ${rowNumbered(table, columns, at + 1)}`,
    ]
  })
  // Two users exchange their names: neither may have one before the other has given it up.
  const names = (number: number, name: string) =>
    `update profiles set username_key = '${name}' where ${rowNumbered('profiles', columns, number)}`
  let made = 0
  // A move in which nothing is refused must not keep the test running.
  for (let round = 0; round < maxRounds; round++) {
    const added = movedTables.map((table) => insertion(table, columns, rows + round))
    const swap = [names(40, 'free'), names(41, `name ${round}`), names(40, `other ${round}`)]
    try {
      for (const change of [...added, ...changes, ...swap]) {
        await direct.run(change)
        made++
        // So that the move has its turns, and the processor is not busy with changes alone.
        await sleep(pause)
      }
    } catch (error) {
      assert.equal(problemOf(error), 'moved_away', String(error))
      return made
    }
  }
  return assert.fail('no change was refused')
}

for (const [from, to] of directions) {
  test(`${from} to ${to}: a move copies all tables and what is changed meanwhile; then the source takes no writes until it is the target`, async (t) => {
    const { url: source, columns } = await givenDatabase(t, from)
    const target = await databaseUrl(t, to)
    // Of a server that nobody stops.
    const former = await openStore({ url: source, migrate: false })
    t.after(former.close)
    const direct = await connectDirectly(source)
    const stages = new Set<string>()
    const moving = move(source, target, (stage) => stages.add(stage))
    const made = await changeUntilRefused(direct, columns)
    const moved = await moving

    assert.ok(made > 0)
    assert.deepEqual([...stages], ['copying', 'comparing', 'freezing'])
    assert.equal(moved.state, 'new')
    assert.deepEqual(await contentsOf(target), await contentsOf(source))
    assert.equal(await countRows(source, 'countersign_changes'), 0)
    await (await openStore({ url: target, migrate: false })).close()
    await assert.rejects(openStore({ url: source, migrate: false }), { name: 'StoreError', code: 'moved' })
    for (const table of movedTables) {
      for (const change of [
        insertion(table, columns, 999),
        `delete from "${table}"`,
        `update "${table}" set "${keyColumns[table][0]}" = "${keyColumns[table][0]}"`,
      ]) {
        await assert.rejects(direct.run(change), (error) => problemOf(error) === 'moved_away', change)
      }
    }

    // And back: only the last place of the data replaces the former copy.
    await assert.rejects(move(source, await databaseUrl(t, to)), { code: 'moved' })
    const { url: other, remove } = await migratedDatabase(from)
    t.after(remove)
    await assert.rejects(move(other, source), { code: 'unmovable', message: /only a move from there may replace it/ })
    await assert.rejects(move(other, target), { code: 'not_empty' })

    const later = await connectDirectly(target)
    await later.run(insertion('subjects', columns, 990))
    await later.run(`delete from sessions where ${rowNumbered('sessions', columns, 20)}`)
    await later.close()
    const failing = move(target, source, (stage) => {
      if (stage === 'comparing') throw new Error('interrupted')
    })
    await assert.rejects(failing, /interrupted/)
    assert.equal(await former.probe('key', 0), 'moved_away')
    await assert.rejects(restoreStore(source, emptyBackup), { code: 'moved', message: /has not finished/ })
    const back = await move(target, source)

    assert.equal(back.state, 'continued')
    assert.equal(await former.probe('key', 0), undefined)
    assert.deepEqual(await contentsOf(source), await contentsOf(target))
    await direct.run(insertion('subjects', columns, 991))
    await direct.close()
    assert.equal((await move(source, target)).state, 'back')
    assert.deepEqual(await contentsOf(target), await contentsOf(source))
  })

  test(`${from} to ${to}: interrupted while it copies and at the end, the source goes on, and the move continues`, async (t) => {
    const { url: source, columns } = await givenDatabase(t, from)
    const target = await databaseUrl(t, to)
    const direct = await connectDirectly(source)
    // How many rows the first pass of the last run has.
    let copied = 0
    for (const [point, stop, number] of [
      // Of the ten tables that are copied, the last one is undone.
      ['copying', 10 * rows, 700],
      ['freezing', 1, 710],
    ] as const) {
      const failing = move(source, target, (stage, done, total) => {
        if (stage === 'copying') copied = total
        if (stage === point && done >= stop) throw new Error('interrupted')
      })
      await assert.rejects(failing, /interrupted/)
      await (await openStore({ url: source, migrate: false })).close()
      await assert.rejects(openStore({ url: target, migrate: false }), { code: 'moved', message: /has not finished/ })
      await direct.run(insertion('subjects', columns, number))
      await direct.run(insertion('profiles', columns, number))
      await direct.run(`delete from subjects where ${rowNumbered('subjects', columns, number - 695)}`)
      if (from === 'postgres') await direct.run('truncate traces, throttle')
      await direct.run(insertion('refresh_tokens', columns, number).replace(/'grants-\d+'/, "'grants-7'"))
    }
    await direct.close()
    const stages = new Set<string>()
    const moved = await move(source, target, (stage) => stages.add(stage))

    assert.equal(moved.state, 'continued')
    assert.ok(copied < (movedTables.length - 8) * rows, 'tables that are copied are not copied again')
    assert.ok(!stages.has('copying'))
    assert.deepEqual(await contentsOf(target), await contentsOf(source))
  })
}

test('a second command takes over: the first one ends, and no row of it is left', async (t) => {
  const { url: source, columns } = await givenDatabase(t, 'sqlite')
  const postgres = await migratedDatabase('postgres')
  const { url: target } = postgres
  const { url: targetOfFirst, proxy } = await behindProxy(t, postgres)
  const direct = await connectDirectly(source)
  let second: Promise<unknown> | undefined
  const first = move(source, targetOfFirst, (stage) => {
    if (stage !== 'comparing' || second !== undefined) return
    // It gets no more rows before the second one has begun.
    const goOn = proxy.holdAfter('rows')
    second = direct
      .run(insertion('subjects', columns, 900))
      .then(() => move(source, target, lastly('comparing', 0, goOn)))
  })
  await assert.rejects(first, { code: 'unmovable', message: /has taken over/ })
  await second
  await direct.close()
  assert.deepEqual(await contentsOf(target), await contentsOf(source))
})

for (const kind of databaseKinds) {
  test(`${kind}: two names of one database are no move, and it stays in use`, async (t) => {
    const { url, remove } = await migratedDatabase(kind)
    t.after(remove)
    const other = kind === 'sqlite' ? `${url}-link` : url.replace('127.0.0.1', 'localhost')
    if (kind === 'sqlite') symlinkSync(url.slice('sqlite:'.length), other.slice('sqlite:'.length))
    await assert.rejects(move(url, other), { code: 'unmovable', message: /the same database/ })
    await (await openStore({ url, migrate: false })).close()
    assert.equal(await countRows(url, 'countersign_moves'), 0)
    await assert.rejects(cancelMove(url), { code: 'unmovable' })
  })

  test(`${kind}: in the freeze reads go on, and a probe says why there are no writes; a move that is given up leaves nothing`, async (t) => {
    const { url: source } = await givenDatabase(t, kind)
    const target = await databaseUrl(t, kind)
    await assert.rejects(cancelMove(source), { code: 'unmovable' })
    const failing = move(source, target, (stage) => {
      if (stage === 'comparing') throw new Error('interrupted')
    })
    await assert.rejects(failing, /interrupted/)
    const store = await openStore({ url: source, migrate: false })
    const direct = await connectDirectly(source)
    const lock = `lock table ${movedTables.join()} in share row exclusive mode`
    await direct.run(kind === 'sqlite' ? 'begin immediate' : `begin; ${lock}`)
    assert.equal(await store.probe('key', 0), 'being_moved')
    assert.equal(await store.throttle.isExhausted('throttle-1', 1, 0), true)
    await assert.rejects(store.throttle.clear('nobody'), (error) => problemOf(error) === 'locked')
    await direct.run('rollback')
    assert.equal(await store.probe('key', 0), undefined)
    await store.close()

    await cancelMove(source)
    await direct.run('update subjects set version = 9')
    await direct.close()
    assert.equal(await countRows(source, 'countersign_changes'), 0)
    assert.equal(await countRows(source, 'countersign_moves'), 0)
    await assert.rejects(move(source, target), { code: 'unmovable', message: /a part of another move/ })
    await assert.rejects(move(source, source), { code: 'unmovable', message: /same database/ })
    assert.equal((await move(source, await databaseUrl(t, kind))).state, 'new')
  })
}
