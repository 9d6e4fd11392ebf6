/** The errors of SQLite itself, and what each means: how `/readyz` names it, and what is said when a file cannot be opened. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { type DatabaseProblem, problemOf } from '../../src/store/database-problem.ts'
import { StoreError } from '../../src/store/errors.ts'
import { refusalOf } from '../../src/store/sqlite-refusals.ts'

interface Fault {
  readonly what: string
  readonly cause: (path: string) => unknown
  readonly problem: DatabaseProblem
  readonly code: StoreError['code']
  readonly sentence: RegExp
}

const faults: readonly Fault[] = [
  {
    what: 'R4 SQLITE_FULL',
    cause: (path) =>
      withDatabase(path, (database) => {
        database.exec('pragma max_page_count = 3')
        database.exec("insert into t select printf('%.*c', 9000, 'x')")
      }),
    problem: 'full',
    code: 'full',
    sentence: /disk of the database .* is full\. Nothing is damaged: free some space/,
  },
  {
    what: 'SQLITE_READONLY',
    cause: (path) =>
      withDatabase(path, (database) => {
        database.exec('pragma query_only = on')
        database.exec('insert into t values (1)')
      }),
    problem: 'read_only',
    code: 'unwritable',
    sentence: /can only be read\. Check how its disk is mounted/,
  },
  {
    what: 'SQLITE_BUSY',
    cause: (path) =>
      withDatabase(path, (database) => {
        database.exec('begin immediate')
        return withDatabase(path, (other) => other.exec('begin immediate'))
      }),
    problem: 'locked',
    code: 'unreachable',
    sentence: /is locked by another program\. End it/,
  },
  {
    what: 'SQLITE_CANTOPEN',
    cause: (path) => withDatabase(join(path, 'none', 'test.db'), () => undefined),
    problem: 'cannot_open',
    code: 'unwritable',
    sentence: /cannot be opened for writing\. Check the path, .* and whether its disk takes another file \(df -i\)/,
  },
  {
    what: 'SQLITE_NOTADB',
    cause: (path) => {
      writeFileSync(path, `SQLite format 3\0${'x'.repeat(5000)}`)
      return withDatabase(path, (database) => database.exec('select * from t'))
    },
    problem: 'damaged',
    code: 'corrupt',
    sentence: /first page of .* is damaged or encrypted.*restore a backup/,
  },
  {
    what: 'SQLITE_CORRUPT',
    cause: (path) => {
      writeFileSync(path, readFileSync(path).fill(0xa5, 4096))
      return withDatabase(path, (database) => database.exec('select * from t'))
    },
    problem: 'damaged',
    code: 'corrupt',
    sentence: /is damaged\. It was left as it is: restore a backup/,
  },
]

for (const { what, cause, problem, code, sentence } of faults) {
  test(`${what} means ${problem}, and has a sentence of its own`, (t) => {
    const path = makeDatabase(t)
    let thrown: unknown
    try {
      cause(path)
    } catch (error) {
      thrown = error
    }
    assert.equal(problemOf(thrown), problem)
    const refusal = refusalOf(path, thrown)
    assert.ok(refusal instanceof StoreError)
    assert.equal(refusal.code, code)
    assert.match(refusal.message, sentence)
  })
}

test('an error of a query is no problem of the database', (t) => {
  const path = makeDatabase(t)
  assert.throws(
    () => withDatabase(path, (database) => database.exec('select nothing from nowhere')),
    (error) => problemOf(error) === undefined,
  )
})

test('a connection that cannot be opened is an outage, whatever the reason of the system', async () => {
  const refused = await failure(connect({ host: '127.0.0.1', port: 1 }))
  assert.equal(problemOf(refused), 'unreachable')
  const unnamed = await failure(connect({ host: 'no-such-host.invalid', port: 1 }))
  assert.equal(problemOf(unnamed), 'unreachable')
  const withoutDescriptors = Object.assign(new Error('connect EMFILE'), { code: 'EMFILE', syscall: 'connect' })
  assert.equal(problemOf(withoutDescriptors), 'cannot_open')
})

async function failure(socket: Socket): Promise<unknown> {
  const [error] = await once(socket, 'error')
  return error
}

function makeDatabase(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'test.db')
  withDatabase(path, (database) => database.exec('create table t (a)'))
  return path
}

function withDatabase<Result>(path: string, work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(path)
  try {
    return work(database)
  } finally {
    database.close()
  }
}
