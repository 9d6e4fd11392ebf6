/** Another process holds SQLite's lock for a while. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { freshDatabase } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { alice } from '../support/people.ts'

test('R9 sqlite: a login waits for the lock of another process, and a token check meanwhile does not', async (t) => {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  const { get, accessToken, post } = await startPasswordGrantServer(t, { databaseUrl: database.url })
  const headers = { authorization: `Bearer ${await accessToken('alice')}` }

  const other = new DatabaseSync(database.url.slice('sqlite:'.length))
  t.after(() => other.close())
  other.exec('begin immediate')
  const order: string[] = []
  const waiting = post('/token', { username: 'alice', password: 'secret' }).then(({ status }) =>
    order.push(`login ${status}`),
  )
  order.push(`check ${(await get('/users/me', headers)).status}`)
  order.push(`health ${(await get('/healthz')).status}`)
  other.exec('commit')
  await waiting
  assert.deepEqual(order, ['check 200', 'health 200', 'login 200'])
})

test('sqlite: a lock that stays is an outage, which ends with the lock', async (t) => {
  const database = await freshDatabase('sqlite')
  t.after(database.remove)
  const server = await startPasswordGrantServer(t, { databaseUrl: database.url })
  const other = new DatabaseSync(database.url.slice('sqlite:'.length))
  t.after(() => other.close())
  other.exec('begin immediate')
  const answer = await server.post('/token', { username: 'alice', password: 'secret' })
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '5')
  other.exec('rollback')
  await tokenByPassword(server, alice)
})
