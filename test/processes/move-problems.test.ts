/** `countersign move` between two databases, of which one fails: the message names which. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { administer, migratedDatabase } from '../../packages/server/test/support/databases.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

for (const isTarget of [true, false]) {
  test(`a move ${isTarget ? 'to' : 'from'} a PostgreSQL that takes no writes names it, and what to do`, async (t) => {
    const [postgres, sqlite] = [await migratedDatabase('postgres'), await migratedDatabase('sqlite')]
    t.after(() => Promise.all([postgres.remove(), sqlite.remove()]))
    const { host, pathname } = new URL(postgres.url)
    await administer(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`)
    const other = isTarget ? sqlite.url : `sqlite:${join(temporaryFolder(t), 'target.db')}`
    const [from, to] = isTarget ? [other, postgres.url] : [postgres.url, other]
    const { code, stderr } = await runCommand(['move', '--from', from, '--to', to], {})
    assert.equal(code, 1)
    assert.match(
      stderr,
      new RegExp(
        `^The ${isTarget ? 'target' : 'source'}, postgres://\\w+@${host}${pathname}: The database can only be read: `,
      ),
    )
    assert.doesNotMatch(stderr, /:\/\/[^/@]*:[^/@]*@/)
  })
}
