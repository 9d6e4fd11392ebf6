/** What the `countersign` command prints when the database or standard output fails: one line, not a stack. */
import assert from 'node:assert/strict'
import { openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { migrateStore } from '../../packages/server/src/store/open.ts'
import { freshDatabase } from '../../packages/server/test/support/databases.ts'
import { runCommand, runInto, temporaryFolder } from '../support/process.ts'

test('a database that another program has locked is reported in a line', async (t) => {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  await migrateStore(database.url)
  const other = new DatabaseSync(database.url.slice('sqlite:'.length))
  t.after(() => other.close())
  other.exec('begin immediate')
  const args = ['clients', 'add', '--grant-type', 'client_credentials', 'machine']
  const { code, stdout, stderr } = await runCommand(args, { DATA_DIR: temporaryFolder(t), DATABASE_URL: database.url })
  assert.equal(stdout, '')
  assert.equal(
    stderr,
    'The database is not available: database is locked. Another program has locked the database. End it, if the lock stays.\n',
  )
  assert.equal(code, 1)
})

test('a full disk behind standard output is reported in a line', async () => {
  const { code, stderr } = await runInto(openSync('/dev/full', 'w'), ['help'], {})
  assert.equal(stderr, 'Standard output cannot be written: the disk is full.\n')
  assert.equal(code, 1)
})
