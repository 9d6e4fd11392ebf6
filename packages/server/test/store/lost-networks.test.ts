/** A connection to PostgreSQL whose network is gone ends by itself, at both ends, also where nothing limits a query: in a migration, a move or a backup. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openPostgres } from '../../src/store/postgres.ts'
import { openPostgresSnapshot } from '../../src/store/postgres-snapshot.ts'
import { eventually } from '../support/accounts.ts'
import { behindProxy } from '../support/breakable-proxy.ts'
import { migratedDatabase } from '../support/databases.ts'

/** Seconds until the system asks whether the other end is still there, for each connection to the port; `undefined` without such a question. */
function keptAlive(port: number): readonly (number | undefined)[] {
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, , remote = '', state, , timer = ''] = line.trim().split(/\s+/)
    if (!remote.endsWith(`:${port.toString(16).toUpperCase().padStart(4, '0')}`) || state !== '01') return []
    const [kind, ticks = ''] = timer.split(':')
    return [kind === '02' ? Number.parseInt(ticks, 16) / 100 : undefined]
  })
}

test('R12 postgres: the system looks within ten seconds whether a connection without an answer is still there', {
  skip: process.platform !== 'linux' && 'only Linux shows the timers of its connections',
}, async (t) => {
  const { url, proxy } = await behindProxy(t, await migratedDatabase('postgres'))
  const connection = await openPostgres(url)
  t.after(connection.close)
  const check = (what: string) => {
    const timers = keptAlive(proxy.port)
    assert.ok(timers.length > 0, what)
    for (const seconds of timers) assert.ok(seconds !== undefined && seconds <= 10, `${what}: ${seconds} s`)
  }
  await connection.migrate(async (db) => {
    await sql`select 1`.execute(db)
    check('a migration')
  })
  const snapshot = await openPostgresSnapshot(url)
  t.after(snapshot.close)
  await snapshot.count('subjects')
  check('a snapshot')
})

test('R12 postgres: PostgreSQL looks within ten seconds whether a process without a word is still there, in whose transaction others wait', async (t) => {
  const { url, remove } = await migratedDatabase('postgres')
  t.after(remove)
  const connection = await openPostgres(url)
  t.after(connection.close)
  const setting = "select current_setting('tcp_keepalives_idle') as idle"
  const { rows } = await connection.migrate((db) => sql.raw(setting).execute(db))
  assert.deepEqual(rows, [{ idle: '10' }])
  const snapshot = await openPostgresSnapshot(url)
  t.after(snapshot.close)
  assert.deepEqual(await snapshot.query(setting, []), [['10']])
})

test('R12 postgres: a snapshot whose first answer does not come leaves no connection', async (t) => {
  const { url, proxy } = await behindProxy(t, await migratedDatabase('postgres'))
  proxy.holdAfter('begin isolation level')
  await assert.rejects(openPostgresSnapshot(url), { name: 'DatabaseSilent' })
  await eventually(async () => proxy.connections() === 0)
})
