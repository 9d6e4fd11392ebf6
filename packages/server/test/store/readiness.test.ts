/** /readyz proves that the database keeps a write, and names what keeps it from doing so. It is ready again when that has ended. */
import assert from 'node:assert/strict'
import { closeSync, copyFileSync, openSync, readFileSync, renameSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { Client } from 'pg'
import { openStore } from '../../src/store/open.ts'
import { eventually } from '../support/accounts.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { databaseKinds, type FreshDatabase, freshDatabase, preparedDatabase } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { alice } from '../support/people.ts'
import { countRows, query } from '../support/rows.ts'
import type { TestServer } from '../support/server.ts'

const ready = { status: 'ok' }
const notReady = (reason: string) => ({ status: 'unavailable', reason })

for (const database of databaseKinds) {
  test(`${database}: a server is ready, also when it is asked a hundred times at once, and nothing stays in the database`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    const answers = await Promise.all(Array.from({ length: 100 }, () => readiness(server)))
    for (const answer of answers) assert.deepEqual(answer, ready)
    assert.equal(await countRows(server.databaseUrl, 'throttle'), 0)
  })

  test(`${database}: R7 a lock of another program on our tables: not ready, and ready again afterwards`, async (t) => {
    const server = await startPasswordGrantServer(t, { database })
    const release = await lockOut(t, server.databaseUrl)
    await untilReadiness(server, notReady('locked'))
    const [line] = linesOf(server, 'locked')
    assert.equal(line?.level, 'warn')
    assert.match(line.message, /^not ready: Another program has locked the database\. End it/)
    await release()
    await untilReadiness(server, ready)
    await tokenByPassword(server, alice)
    assert.equal(linesOf(server, 'locked').length, 1)
  })
}

test('R6 sqlite: pages that are damaged while it serves end requests with 503, not the process, and it recovers with the pages', async (t) => {
  const { database, path, server } = await onFile(t)
  const token = await tokenByPassword(server, alice)
  // So that the pages are in the file, and nowhere else.
  await query(database.url, 'pragma wal_checkpoint(truncate)')
  const whole = readFileSync(path)
  writeAt(path, Buffer.alloc(whole.length - 4096, 0xa5), 4096)
  const requests = [
    () => server.get('/users/me', { authorization: `Bearer ${token}` }),
    () => server.post('/token', { username: 'alice', password: 'secret' }),
    () => server.get('/authorize?client_id=unknown'),
  ]
  const statuses: number[] = []
  for (const request of [...requests, ...requests]) statuses.push((await request()).status)
  assert.ok(statuses.includes(503), String(statuses))
  assert.equal(statuses.includes(500), false, String(statuses))
  await untilReadiness(server, notReady('damaged'))
  assert.equal((await server.get('/healthz')).status, 200)
  assert.equal((await server.get('/.well-known/jwks.json')).status, 200)

  writeAt(path, whole, 0)
  await untilReadiness(server, ready)
  assert.equal((await server.get('/users/me', { authorization: `Bearer ${token}` })).status, 200)
  await tokenByPassword(server, alice)
})

const removals: readonly { what: string; remove: (path: string) => void }[] = [
  { what: 'moved', remove: (path) => renameSync(path, `${path}.moved`) },
  {
    what: 'replaced by a copy',
    remove: (path) => {
      renameSync(path, `${path}.moved`)
      copyFileSync(`${path}.moved`, path)
    },
  },
  { what: 'without its write-ahead log', remove: (path) => renameSync(`${path}-wal`, `${path}-wal.moved`) },
  { what: 'without its shared memory', remove: (path) => renameSync(`${path}-shm`, `${path}-shm.moved`) },
]

for (const { what, remove } of removals) {
  test(`R5 sqlite: a database file that is ${what} under the server: not ready, with a line that says what to do`, async (t) => {
    const { path, server } = await onFile(t)
    remove(path)
    await untilReadiness(server, notReady('moved'))
    const lines = linesOf(server, 'moved')
    assert.equal(lines.length, 1)
    assert.match(
      lines[0]?.message ?? '',
      /Stop every program that uses the database, put the files back, and start again/,
    )
    for (const name of [path, `${path}-wal`, `${path}-shm`]) {
      try {
        renameSync(`${name}.moved`, name)
      } catch {
        // It was not this file.
      }
    }
    await untilReadiness(server, ready)
  })
}

test('R5 sqlite: a write-ahead log that is removed before the first look at the files is noticed', async (t) => {
  const { url, remove } = await preparedDatabase('sqlite')
  const store = await openStore({ url, migrate: false })
  t.after(async () => {
    await store.close()
    await remove()
  })
  const log = `${url.slice('sqlite:'.length)}-wal`
  renameSync(log, `${log}.moved`)
  assert.equal(await store.probe('key', 0), 'moved')
})

test('R5 sqlite: a write-ahead log that is removed is noticed also where the database is named by a link', async (t) => {
  const { path, server } = await onFile(t, async (real) => {
    await (await openStore({ url: `sqlite:${real}`, migrate: true })).close()
    const link = `${real}.link`
    symlinkSync(real, link)
    return link
  })
  renameSync(`${path}-wal`, `${path}-wal.moved`)
  await untilReadiness(server, notReady('moved'))
})

test('sqlite: /readyz shows a word, and neither a path nor SQL', async (t) => {
  const { path, server } = await onFile(t)
  rmSync(path)
  await untilReadiness(server, notReady('moved'))
  const answer = await server.get('/readyz')
  assert.equal(answer.headers.get('retry-after'), '5')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal((await answer.text()).includes(path), false)
})

test('S7 postgres: a process that is cut off from the database, or gets no answer, is not ready, and recovers', async (t) => {
  const { url, proxy } = await behindProxy(t, await freshDatabase('postgres'))
  const server = await startPasswordGrantServer(t, { databaseUrl: url })
  await untilReadiness(server, ready)
  await proxy.cut()
  await untilReadiness(server, notReady('unreachable'))
  await proxy.restore()
  await untilReadiness(server, ready)
  proxy.silence()
  await untilReadiness(server, notReady('no_response'))
  await proxy.restore()
  await untilReadiness(server, ready)
  await tokenByPassword(server, alice)
})

test('R5 postgres: a database that can only be read is not ready, and tokens are checked meanwhile', async (t) => {
  const server = await startPasswordGrantServer(t, { database: 'postgres' })
  const token = await tokenByPassword(server, alice)
  const name = new URL(server.databaseUrl).pathname.slice(1)
  const readOnly = async (value: 'on' | 'off') => {
    await query(server.databaseUrl, `alter database ${name} set default_transaction_read_only = ${value}`)
    await administer(
      server.databaseUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
    )
  }
  await readOnly('on')
  await untilReadiness(server, notReady('read_only'))
  const check = await server.get('/users/me', { authorization: `Bearer ${token}` })
  assert.equal(check.status, 200)
  const login = await server.post('/token', { username: 'alice', password: 'secret' })
  assert.equal(login.status, 503)
  assert.equal(login.headers.get('retry-after'), '5')
  // This session may write: the setting is a default.
  await administer(server.databaseUrl, `alter database ${name} set default_transaction_read_only = off`)
  await administer(
    server.databaseUrl,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  )
  await untilReadiness(server, ready)
  await tokenByPassword(server, alice)
})

/** `nameOf`: by which name the server opens the file. */
async function onFile(
  t: TestContext,
  nameOf = async (path: string) => path,
): Promise<{ database: FreshDatabase; path: string; server: TestServer }> {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  const path = database.url.slice('sqlite:'.length)
  const server = await startPasswordGrantServer(t, { databaseUrl: `sqlite:${await nameOf(path)}` })
  return { database, path, server }
}

async function readiness({ get }: TestServer): Promise<unknown> {
  return JSON.parse(await (await get('/readyz')).text())
}

/** A check is at most a second old. */
async function untilReadiness(server: TestServer, expected: object): Promise<void> {
  let last: unknown
  try {
    await eventually(async () => {
      last = await readiness(server)
      return JSON.stringify(last) === JSON.stringify(expected)
    })
  } catch {
    assert.deepEqual(last, expected)
  }
}

function linesOf({ log }: TestServer, reason: string) {
  return log.filter((line) => line.facts['reason'] === reason)
}

/** Locks what a write needs, on a connection of its own. Returns what releases it. */
async function lockOut(t: TestContext, url: string): Promise<() => Promise<void>> {
  if (url.startsWith('sqlite:')) {
    const other = new DatabaseSync(url.slice('sqlite:'.length))
    t.after(() => other.close())
    other.exec('begin immediate')
    return async () => other.exec('rollback')
  }
  const client = new Client({ connectionString: url })
  // The database is removed before the test ends.
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  await client.query('begin')
  await client.query('lock table throttle in access exclusive mode')
  return async () => {
    await client.query('rollback')
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const other = new URL(url)
  other.pathname = '/postgres'
  await query(other.href, statement)
}

function writeAt(path: string, bytes: Uint8Array, position: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, position)
  closeSync(file)
}
