/** A move that fails says which of its two databases needs a repair, and leaves the source in use; run again, it continues. */
import assert from 'node:assert/strict'
import { copyFileSync, linkSync, renameSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { cancelMove } from '../../src/store/move/cancel.ts'
import { planMove } from '../../src/store/move/plan.ts'
import type { Role } from '../../src/store/move/records.ts'
import { openStore } from '../../src/store/open.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { administer, type DatabaseKind, databaseKinds, migratedDatabase, postgresUrl } from '../support/databases.ts'
import {
  beginningFor,
  connectDirectly,
  contentsOf,
  databaseUrl,
  failureOf,
  givenRows,
  insertion,
  lastly,
  move,
  roles,
} from '../support/moves.ts'
import { countRows, query } from '../support/rows.ts'

/** That of a move in which the database of `bad` has this role. */
async function refusalOf(t: TestContext, bad: string, as: Role): Promise<string> {
  const good = await databaseUrl(t, 'sqlite')
  const { message } = await failureOf(as === 'source' ? move(bad, good) : move(good, bad))
  assert.ok(message.startsWith(beginningFor(as, bad)), message)
  const flag = as === 'source' ? '--from or DATABASE_URL' : '--to'
  assert.doesNotMatch(message.replaceAll(flag, ''), /DATABASE_URL/)
  return message
}

function changedUrl(url: string, change: (url: URL) => void): string {
  const changed = new URL(url)
  change(changed)
  return changed.href
}

for (const as of roles) {
  test(`a ${as} that cannot be used is named, with its reason`, async (t) => {
    const { url: postgres, remove } = await migratedDatabase('postgres')
    t.after(remove)
    const file = (await databaseUrl(t, 'sqlite')).slice('sqlite:'.length)
    const flag = as === 'source' ? '--from or DATABASE_URL' : '--to'

    const gone = changedUrl(postgres, (url) => {
      url.port = '1'
    })
    assert.match(await refusalOf(t, gone, as), new RegExp(`PostgreSQL cannot be reached: .* Check ${flag}\\.$`))
    const stranger = changedUrl(postgres, (url) => {
      url.username = 'stranger'
      url.password = 'secret word'
    })
    assert.match(await refusalOf(t, stranger, as), /28P01: password authentication failed for user "stranger"/)
    const missing = changedUrl(postgres, (url) => {
      url.pathname = '/missing'
    })
    assert.match(await refusalOf(t, missing, as), /3D000: database "missing" does not exist/)

    writeFileSync(`${file}-empty`, '')
    assert.match(await refusalOf(t, `sqlite:${file}-empty`, as), /is an empty file/)
    writeFileSync(`${file}-text`, 'not a database, but long enough to be one')
    assert.match(await refusalOf(t, `sqlite:${file}-text`, as), new RegExp(`choose another ${flag}\\.$`))
    const other = new DatabaseSync(file)
    t.after(() => other.close())
    other.exec('pragma locking_mode = exclusive; begin exclusive')
    assert.match(await refusalOf(t, `sqlite:${file}`, as), /is locked by another program/)

    await query(postgres, "insert into countersign_migrations (name, timestamp) values ('9999-later', '')")
    await query(postgres, "insert into countersign_compatibility values ('9999-later', '9999-later', '9.9.9')")
    assert.match(await refusalOf(t, postgres, as), /written by a newer Countersign .*9999-later.*Start version 9\.9\.9/)
  })

  test(`postgres: a ${as} that may only be read is named`, async (t) => {
    const { url, remove } = await migratedDatabase('postgres')
    t.after(remove)
    const reading = changedUrl(url, ({ searchParams }) =>
      searchParams.set('options', '-c default_transaction_read_only=on'),
    )
    assert.match(await refusalOf(t, reading, as), /The database can only be read: /)
  })

  for (const [stage, done] of [
    ['copying', 200],
    ['comparing', 200],
    ['freezing', 0],
    ['freezing', 1],
  ] as const) {
    // Then the source has ended already.
    if (as === 'target' && done === 1) continue
    test(`postgres: a ${as} that is lost in the stage ${stage} ${done} is named; the source goes on, and the move continues`, async (t) => {
      const database = await migratedDatabase('postgres')
      const { url: direct } = database
      const { proxy, url: proxied } = await behindProxy(t, database)
      const sqlite = await databaseUrl(t, 'sqlite')
      const [source, target] = as === 'source' ? [proxied, sqlite] : [sqlite, proxied]
      const columns = await givenRows(as === 'source' ? direct : sqlite)
      const cutting = lastly(stage, done, () => void proxy.cut())
      const { message } = await failureOf(move(source, target, cutting))
      assert.ok(message.startsWith(beginningFor(as, proxied)), message)
      assert.match(message, /Run .*countersign.* move again: it continues\.$/)
      await proxy.restore()

      const store = await openStore({ url: source, migrate: false })
      await store.throttle.clear('nobody')
      await store.close()
      const change = await connectDirectly(as === 'source' ? direct : sqlite)
      await change.run(insertion('subjects', columns, 900))
      await change.close()
      assert.equal((await move(source, target)).state, 'continued')
      assert.deepEqual(
        await contentsOf(as === 'source' ? sqlite : direct),
        await contentsOf(as === 'source' ? direct : sqlite),
      )
    })
  }
}

test('postgres: when the target is lost after the end of the source, the message says that servers wait for the next run', async (t) => {
  const source = await databaseUrl(t, 'sqlite')
  await givenRows(source)
  const postgres = await migratedDatabase('postgres')
  const { url: direct } = postgres
  const { proxy, url: target } = await behindProxy(t, postgres)
  // The end of the target waits for this lock until it is lost.
  const reader = await connectDirectly(direct)
  const database = new DatabaseSync(source.slice('sqlite:'.length), { readOnly: true })
  t.after(() => database.close())
  const finished = database.prepare('select 1 from countersign_moves where finished_at is not null')
  const watch = setInterval(() => {
    if (finished.all().length === 0) return
    clearInterval(watch)
    void proxy.cut()
  }, 20)
  t.after(() => clearInterval(watch))
  const locking = lastly('freezing', 0, () => {
    // The move gets no answer before the lock is there.
    const goOn = proxy.holdAfter('')
    void reader.run('begin; lock table subjects in access share mode').finally(goOn)
  })
  const { message } = await failureOf(move(source, target, locking))
  await reader.close()
  assert.ok(message.startsWith(beginningFor('target', target)), message)
  assert.match(message, /the source takes no writes any more\. Run .* move again now: until then no server starts/)
  await proxy.restore()
  assert.equal((await move(source, target)).state, 'complete')
  await (await openStore({ url: direct, migrate: false })).close()
})

for (const kind of databaseKinds) {
  test(`${kind}: a table whose triggers are missing, such as one that a migration made meanwhile, is compared again`, async (t) => {
    const { source, direct, change } = await givenChanging(t, kind)
    const target = await databaseUrl(t, 'sqlite')
    const trigger = kind === 'sqlite' ? 'countersign_changed_traces_update' : 'countersign_changed on traces'
    // What is compared is the state of one moment, so that nothing else notices it.
    const losing = lastly('comparing', 1, () => change(`drop trigger ${trigger}; update traces set path = '/lost'`))
    const { message } = await failureOf(move(source, target, losing))
    assert.match(message, /^Triggers of the move are missing in the source/)
    assert.match((await failureOf(move(source, target))).message, /The copy of traces differs/)

    await cancelMove(source)
    const other = await databaseUrl(t, 'sqlite')
    await assert.rejects(move(source, other, lastly('comparing', 1, interrupt)), /interrupted/)
    await direct.run(`drop trigger ${trigger}`)
    const changing = lastly('comparing', 1, () => change("update traces set path = '/kept'"))
    assert.equal((await move(source, other, changing)).state, 'continued')
    await direct.close()
    assert.deepEqual(await contentsOf(other), await contentsOf(source))
  })

  test(`${kind}: a source that a newer version migrates meanwhile is not moved by this one`, async (t) => {
    const { source, direct, change } = await givenChanging(t, kind)
    const newer = lastly('comparing', 1, () => {
      change("insert into countersign_migrations (name, timestamp) values ('9999-later', '')")
    })
    const { code, message } = await failureOf(move(source, await databaseUrl(t, 'sqlite'), newer))
    await direct.close()
    assert.equal(code, 'newer')
    assert.match(message, /^The source was migrated by a newer Countersign meanwhile \(it has 9999-later\)/)
  })

  test(`${kind}: a number that would be rounded ends the move with the name of the database`, async (t) => {
    const source = await databaseUrl(t, kind)
    await givenRows(source)
    await query(source, "update sessions set expires_at = 9007199254740993 where id = 'sessions-7'")
    const { message } = await failureOf(move(source, await databaseUrl(t, 'sqlite')))
    assert.ok(message.startsWith(beginningFor('source', source)), message)
    assert.match(message, /9007199254740993/)
  })
}

/** A source, and a way to change it while it is compared. What the move reads of it next has the change. */
async function givenChanging(t: TestContext, kind: DatabaseKind) {
  if (kind === 'sqlite') {
    const source = await databaseUrl(t, kind)
    await givenRows(source)
    const direct = await connectDirectly(source)
    return { source, direct, change: (text: string) => void direct.run(text) }
  }
  const database = await migratedDatabase(kind)
  await givenRows(database.url)
  const direct = await connectDirectly(database.url)
  const { url: source, proxy } = await behindProxy(t, database)
  const change = (text: string) => {
    // The next snapshot begins with it. The change may wait for the end of this one.
    const goOn = proxy.holdAfter('select runner from countersign_moves')
    void direct.run(text).finally(goOn)
  }
  return { source, direct, change }
}

function interrupt(): never {
  throw new Error('interrupted')
}

test('sqlite: two hard links of one file are one database, which stays as it was', async (t) => {
  const url = await databaseUrl(t, 'sqlite')
  linkSync(url.slice('sqlite:'.length), `${url.slice('sqlite:'.length)}-link`)
  for (const work of [move, (from: string, to: string) => planMove({ from, to })])
    await assert.rejects(work(url, `${url}-link`), { code: 'unmovable', message: /are the same database/ })
  assert.equal(await countRows(url, 'countersign_moves'), 0)
})

for (const [stage, done] of [
  ['copying', 200],
  ['freezing', 0],
] as const) {
  test(`sqlite: a source that is replaced in the stage ${stage} is noticed`, async (t) => {
    const source = await databaseUrl(t, 'sqlite')
    await givenRows(source)
    const path = source.slice('sqlite:'.length)
    const replacing = lastly(stage, done, () => {
      copyFileSync(path, `${path}-copy`)
      renameSync(`${path}-copy`, path)
    })
    const target = await databaseUrl(t, 'postgres')
    const { message } = await failureOf(move(source, target, replacing))
    assert.match(message, /^The file of the source, sqlite:.*, was moved, replaced or removed while it was open\./)
    assert.equal(await countRows(target, 'countersign_moves where finished_at is not null'), 0)
  })
}

test('postgres: the limits on time that a role has do not end a move', async (t) => {
  const source = await databaseUrl(t, 'sqlite')
  await givenRows(source)
  const { url: direct, remove } = await migratedDatabase('postgres')
  const name = `limited_${new URL(direct).pathname.slice(6, 20)}`
  await administer(`create role ${name} login superuser password 'x'`)
  t.after(async () => {
    await remove()
    await administer(`drop role ${name}`)
  })
  await administer(`alter role ${name} set statement_timeout = '1s'`)
  const target = await connectDirectly(direct)
  await target.run(`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(1.2); return null; end $$;
    create trigger slow after insert on subjects for each statement execute function slow()`)
  await target.close()
  const url = changedUrl(direct, (changed) => {
    changed.username = name
    changed.password = 'x'
  })
  await move(source, url)
  assert.deepEqual(await contentsOf(direct), await contentsOf(source))
})

test('postgres: a new database whose encoding lacks characters is refused; one that keeps all bytes is not', async (t) => {
  const source = await databaseUrl(t, 'sqlite')
  await givenRows(source)
  const direct = await connectDirectly(source)
  await direct.run("update profiles set full_name = 'Zoë 🔒 Даша 花' where subject_id = 'subjects-3'")
  await direct.close()
  for (const encoding of ['LATIN1', 'SQL_ASCII']) {
    const name = `test_${encoding.toLowerCase()}`
    const url = postgresUrl(name)
    t.after(() => administer(`drop database if exists ${name} with (force)`))
    await administer(`create database ${name} encoding '${encoding}' locale 'C' template template0`)
    if (encoding === 'SQL_ASCII') {
      await move(source, url)
      assert.deepEqual(await contentsOf(url), await contentsOf(source))
    } else {
      assert.match((await failureOf(move(source, url))).message, /^The target, .* has the encoding LATIN1, /)
    }
  }
})
