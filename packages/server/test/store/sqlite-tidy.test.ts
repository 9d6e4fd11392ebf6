/** The write-ahead log after a flood of writes. */
import assert from 'node:assert/strict'
import { statSync, truncateSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { tidy } from '../../src/housekeeping/housekeeping.ts'
import { openStore } from '../../src/store/open.ts'
import { eventually } from '../support/accounts.ts'
import { freshDatabase } from '../support/databases.ts'
import { startServer } from '../support/server.ts'

test('sqlite: the write-ahead log is emptied when nothing is written any more', async (t) => {
  const { url, remove } = await freshDatabase('sqlite')
  const store = await openStore({ url, migrate: true })
  t.after(async () => {
    await store.close()
    await remove()
  })
  const log = `${url.slice('sqlite:'.length)}-wal`
  for (let row = 0; row < 200; row++) await store.throttle.consume(`key ${row}`, 5, 10, 0)
  assert.ok(statSync(log).size > 0)
  await eventually(async () => {
    await store.tidy()
    return statSync(log).size === 0
  })
  await store.throttle.consume('after it', 1, 10, 0)
  assert.ok(await store.throttle.isExhausted('after it', 1, 5))
})

test('R8 sqlite: a write-ahead log that another program keeps from shrinking is in the log of the server', async (t) => {
  const { server, databaseUrl, log } = await startServer(t, { database: 'sqlite' })
  const path = databaseUrl.slice('sqlite:'.length)
  const shell = new DatabaseSync(path)
  t.after(() => shell.close())
  shell.exec('begin; select * from throttle')
  await server.context.store.throttle.consume('while it reads', 1, 10, 0)
  // A gigabyte takes no room here: SQLite ignores what follows its own part of the file.
  truncateSync(`${path}-wal`, 1024 ** 3)
  await tidy(server.context)
  assert.ok(log.some(({ facts }) => facts['reason'] === 'write_ahead_log' && facts['bytes'] === 1024 ** 3))

  shell.exec('commit')
  await eventually(async () => (await server.context.store.tidy()) === 0)
})
