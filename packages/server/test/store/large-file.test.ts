/** A file of SQLite that is too large to be checked as a whole before it is served: what is found at the start, and what is not. */
import assert from 'node:assert/strict'
import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { insideSteps, openDeployment } from '../../src/cli/doctor/deployment.ts'
import { runSteps } from '../../src/cli/doctor/steps.ts'
import { openStore } from '../../src/store/open.ts'
import { checkSqliteFile } from '../../src/store/sqlite-check.ts'
import { quickCheckLimit } from '../../src/store/sqlite-damage.ts'
import { type FreshDatabase, preparedDatabase } from '../support/databases.ts'
import { settingsOn } from '../support/doctor-settings.ts'

const pageSize = 4096

let database: FreshDatabase
const pathOf = () => database.url.slice('sqlite:'.length)
let roots: readonly { readonly name: string; readonly page: number }[]

before(async () => {
  database = await preparedDatabase('sqlite')
  const filled = new DatabaseSync(pathOf())
  const rows = Math.ceil(quickCheckLimit / 4000)
  // Each of its own page, and only in the table: texts of this length leave no room for another.
  filled.exec(`
    with recursive numbers (number) as (select 1 union all select number + 1 from numbers where number < ${rows})
    insert into traces (request_id, method, path, status, reason, steps, happened_at)
      select 'filler ' || number, '', '', 0, '', hex(zeroblob(1500)), 0 from numbers;
    pragma wal_checkpoint(truncate)`)
  assert.equal(filled.prepare('pragma page_size').get()?.['page_size'], pageSize)
  const found = filled.prepare('select name, rootpage from sqlite_schema where rootpage > 0').all()
  roots = found.map(({ name, rootpage }) => ({ name: String(name), page: Number(rootpage) }))
  filled.close()
  assert.ok(statSync(pathOf()).size > quickCheckLimit)
})
after(() => database.remove())

test('R6 sqlite: in a large file, damage at the root of any table and index is found before it is served', async () => {
  assert.ok(roots.some(({ name }) => name === 'profiles'))
  assert.ok(roots.some(({ name }) => name === 'grants_revoked'))
  await open()
  for (const { name, page } of roots) {
    const restore = overwrite(page)
    await assert.rejects(open(), { code: 'corrupt', message: /is damaged\. It was left as it is/ }, name)
    restore()
  }
  await open()
})

test('R6 sqlite: in a large file, damage elsewhere is not found at the start, but by a check of the whole file', async () => {
  assert.equal(await checkSqliteFile(pathOf(), 60_000), 'whole')
  const restore = overwrite(Math.floor(statSync(pathOf()).size / pageSize / 2))
  await open()
  assert.equal(await checkSqliteFile(pathOf(), 60_000), 'damaged')
  const deployment = await openDeployment(settingsOn(database.url))
  const steps = insideSteps(deployment).filter(({ name }) => name === 'database')
  const found = (await runSteps('', steps)).map(({ message }) => message).join('\n')
  // The doctor waits no longer than it may.
  assert.match(found, /^(Its file has damaged pages\.|Whether all pages of its file are whole: the check did not end)/m)
  await deployment.store?.close()
  restore()
  assert.equal(await checkSqliteFile(pathOf(), 60_000), 'whole')
  assert.equal(await checkSqliteFile(pathOf(), 1), 'unknown')
})

test('R6 sqlite: a damaged schema, and a file that cannot be opened', async () => {
  const restore = overwrite(1)
  assert.equal(await checkSqliteFile(pathOf(), 60_000), 'damaged')
  restore()
  assert.equal(await checkSqliteFile(`${pathOf()}.missing`, 60_000), 'unknown')
})

async function open(): Promise<void> {
  await (await openStore({ url: database.url, migrate: false })).close()
}

/** Returns what writes the page back. */
function overwrite(page: number): () => void {
  const before = Buffer.alloc(pageSize)
  const at = (page - 1) * pageSize
  const file = openSync(pathOf(), 'r+')
  readSync(file, before, 0, pageSize, at)
  writeSync(file, Buffer.alloc(pageSize, 0xa5), 0, pageSize, at)
  return () => {
    writeSync(file, before, 0, pageSize, at)
    closeSync(file)
  }
}
