/** Limits on time that a role of PostgreSQL has are for requests: migrations and restores take what they need. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openPostgres } from '../../src/store/postgres.ts'
import { administer, freshDatabase } from '../support/databases.ts'

test('postgres: a migration has no limit of the role, and each session of requests has its own', async (t) => {
  const { url, remove } = await freshDatabase('postgres')
  const role = `limited_${randomUUID().replaceAll('-', '')}`
  await administer(`create role ${role} login superuser password 'x'`)
  await administer(`alter role ${role} set statement_timeout = '7s'`)
  await administer(`alter role ${role} set lock_timeout = '7s'`)
  t.after(async () => {
    await remove()
    await administer(`drop role ${role}`)
  })
  const limited = new URL(url)
  limited.username = role
  limited.password = 'x'
  const connection = await openPostgres(limited.href)
  const limits = sql<object>`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock`
  assert.deepEqual((await connection.migrate((db) => limits.execute(db))).rows, [{ statement: '0', lock: '0' }])
  assert.deepEqual((await limits.execute(connection.db)).rows, [{ statement: '3s', lock: '1s' }])
  await connection.close()
})
