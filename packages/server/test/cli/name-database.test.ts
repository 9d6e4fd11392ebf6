/** A database of a move that fails is named, where it can be told which one it is. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { nameDatabase } from '../../src/cli/move/name-database.ts'
import { StoreError } from '../../src/store/errors.ts'

const sqlite = 'sqlite:/srv/countersign.db'
const postgres = 'postgres://countersign:a-password@db.example.com/countersign'

function fullDisk(): unknown {
  const database = new DatabaseSync(':memory:')
  try {
    database.exec('create table t (a); pragma max_page_count = 2; insert into t values (zeroblob(100000))')
  } catch (error) {
    return error
  } finally {
    database.close()
  }
  return undefined
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : '')

test('a full disk of SQLite is that of the file, whether it is the source or the target', () => {
  for (const urls of [
    { from: sqlite, to: postgres },
    { from: postgres, to: sqlite },
  ]) {
    assert.match(
      messageOf(nameDatabase(fullDisk(), urls)),
      /^sqlite:\/srv\/countersign\.db: .*full\. .*free some space/,
    )
  }
})

test('a full disk of PostgreSQL is that of its URL, without the password, also behind a sentence of ours', () => {
  const full = Object.assign(new Error('could not extend file'), { code: '53100', severity: 'ERROR' })
  const behind = new StoreError('unreachable', 'The tables cannot be written.', { cause: full })
  const urls = { from: sqlite, to: postgres }
  const name = 'postgres://countersign@db.example.com/countersign'
  assert.ok(messageOf(nameDatabase(full, urls)).startsWith(`${name}: could not extend file. The disk`))
  assert.equal(messageOf(nameDatabase(behind, urls)), `${name}: The tables cannot be written.`)
})

test('between two databases of one kind, and where no database is the cause, the error stays as it is', () => {
  const full = fullDisk()
  assert.equal(nameDatabase(full, { from: sqlite, to: 'sqlite:other.db' }), full)
  const bug = new TypeError('x is not a function')
  assert.equal(nameDatabase(bug, { from: sqlite, to: postgres }), bug)
})
