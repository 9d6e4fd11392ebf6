/**
 * SQLite files with random damage. A write-ahead log that is cut or damaged leaves the first of its commits, and nothing else. With random bytes
 * changed, a file is rejected, or what is answered stays right as long as the values in the file do. A failure prints its seed.
 */
import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { fc } from '../../../../test/support/fast-check.ts'
import { SealedKeysError } from '../../src/keys/stored-key.ts'
import { problemOf } from '../../src/store/database-problem.ts'
import { StoreError } from '../../src/store/errors.ts'
import { openStore } from '../../src/store/open.ts'
import { type FreshDatabase, preparedDatabase } from '../support/databases.ts'
import { addTestUsers, alice } from '../support/people.ts'
import { startServerWithoutUsers } from '../support/server.ts'
import { aUser } from '../support/users.ts'

const isSoak = process.env['SOAK'] === 'true'

/** Users of which one is added in each commit. */
const names = Array.from({ length: 40 }, (_, index) => `user-${String(index).padStart(2, '0')}`)
/** As many are in the file itself, the others only in the log. */
const inFile = 10

let database: FreshDatabase
const pathOf = (side = '') => `${database.url.slice('sqlite:'.length)}${side}`
let file: Buffer
let log: Buffer
let whole: Buffer

before(async () => {
  database = await preparedDatabase('sqlite')
  const store = await openStore({ url: database.url, migrate: false })
  await addTestUsers(store, 1_800_000_000)
  for (const [index, name] of names.entries()) {
    if (index === inFile) execute('pragma wal_checkpoint(truncate)')
    await store.users.insert([aUser(name)])
  }
  file = readFileSync(pathOf())
  log = readFileSync(pathOf('-wal'))
  await store.close()
  whole = readFileSync(pathOf())
})
after(() => database.remove())

const changes = (bytes: Buffer) =>
  fc.array(fc.record({ at: fc.nat(bytes.length - 1), by: fc.integer({ min: 1, max: 255 }) }), { maxLength: 100 })

function changed(bytes: Buffer, by: readonly { readonly at: number; readonly by: number }[]): Buffer {
  const copy = Buffer.from(bytes)
  for (const change of by) copy[change.at] = (copy[change.at] ?? 0) ^ change.by
  return copy
}

test('R6 sqlite: a write-ahead log that is cut or damaged anywhere leaves the first of its commits, and is served', async () => {
  const lengths = new Set<number>()
  const damage = fc.record({ length: fc.nat(log.length), by: fc.oneof(fc.constant([]), changes(log)) })
  await fc.assert(
    fc.asyncProperty(damage, async ({ length, by }) => {
      put(file, changed(log, by).subarray(0, length))
      const store = await openStore({ url: database.url, migrate: false })
      const left = (await Promise.all(names.map((name) => store.users.findById(name)))).map(
        (user) => user !== undefined,
      )
      await store.close()
      const count = left.lastIndexOf(true) + 1
      assert.ok(count >= inFile && left.slice(0, count).every(Boolean), `${left}`)
      assert.equal(execute('pragma integrity_check')?.['integrity_check'], 'ok')
      lengths.add(count)
    }),
    { numRuns: isSoak ? 1000 : 50, examples: [[{ length: 0, by: [] }], [{ length: log.length, by: [] }]] },
  )
  assert.ok(lengths.has(inFile) && lengths.has(names.length))
})

test('R6 sqlite: a file with random bytes changed is rejected with a sentence, or answers as before or with 503, unless a value has become another one', async () => {
  put(whole)
  const values = dump()
  const expected = await answers(true)
  assert.deepEqual(
    expected?.map(({ status }) => status),
    [200, 200, 401],
  )
  await fc.assert(
    fc.asyncProperty(changes(whole), async (by) => {
      put(changed(whole, by))
      const isSame = dump() === values
      const found = await answers(isSame)
      for (const [index, { status, body }] of (found ?? []).entries()) {
        if (status === 503) continue
        // A wrong password is never right, whatever a value has become.
        if (index === 2) assert.notEqual(status, 200)
        if (isSame) assert.deepEqual({ status, body }, expected?.[index])
      }
    }),
    { numRuns: isSoak ? 500 : 15, examples: [[[]]] },
  )
})

interface Answer {
  readonly status: number
  readonly body: string
}

/** Of the keys, and of the logins with the right and with a wrong password; `undefined` when it does not start. */
async function answers(isSame: boolean): Promise<readonly Answer[] | undefined> {
  const ends: (() => unknown)[] = []
  try {
    const options = { databaseUrl: database.url, passwordGrant: 'first-party' } as const
    const { get, post } = await startServerWithoutUsers({ after: (end) => ends.push(end) }, options)
    const read = async (response: Response, isSecret = false) => ({
      status: response.status,
      body: isSecret && response.status === 200 ? '' : await response.text(),
    })
    return [
      await read(await get('/.well-known/jwks.json')),
      await read(await post('/token', alice), true),
      await read(await post('/token', { ...alice, password: 'wrong' })),
    ]
  } catch (error) {
    const isSentence = error instanceof StoreError || error instanceof SealedKeysError || problemOf(error) === 'damaged'
    // A value that has become another one, such as the algorithm of a key, may be rejected by what reads it.
    if (isSame && !isSentence) throw error
    return undefined
  } finally {
    for (const end of ends) await end()
  }
}

/** All values, by the tables; `undefined` where SQLite meets damage. */
function dump(): string | undefined {
  const copy = pathOf('-copy')
  copyFileSync(pathOf(), copy)
  const reader = new DatabaseSync(copy)
  try {
    const tables = reader.prepare("select name from sqlite_schema where type = 'table'").all()
    return tables.map(({ name }) => JSON.stringify(reader.prepare(`select * from "${name}"`).all())).join('\n')
  } catch {
    return undefined
  } finally {
    reader.close()
    for (const side of ['', '-wal', '-shm']) rmSync(`${copy}${side}`, { force: true })
  }
}

function put(bytes: Buffer, itsLog?: Buffer): void {
  for (const side of ['', '-wal', '-shm']) rmSync(pathOf(side), { force: true })
  writeFileSync(pathOf(), bytes)
  if (itsLog) writeFileSync(pathOf('-wal'), itsLog)
}

function execute(statement: string): Readonly<Record<string, unknown>> | undefined {
  const other = new DatabaseSync(pathOf())
  try {
    return other.prepare(statement).get()
  } finally {
    other.close()
  }
}
