/** The groups that a directory says, which a login stores while others wait for it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection } from '../../src/store/connection.ts'
import { groupsTable } from '../../src/store/groups.ts'
import { openStore } from '../../src/store/open.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { aUser } from '../support/users.ts'

/** A connection that says the names of the statements that it writes with. */
function listening(connection: Connection, written: string[]): Connection {
  return {
    ...connection,
    write: (statement, values) => {
      written.push(statement.name)
      return connection.write(statement, values)
    },
    transaction: (work) => connection.transaction((inside) => work(listening(inside, written))),
  }
}

for (const kind of databaseKinds) {
  test(`${kind}: three statements store the groups of a user, however many there are`, async (t) => {
    const { url, remove } = await freshDatabase(kind)
    const store = await openStore({ url, migrate: true })
    await store.users.insert([aUser('tim')])
    await store.close()
    const connection = kind === 'sqlite' ? openSqlite(url.slice('sqlite:'.length), false) : await openPostgres(url)
    t.after(async () => {
      await connection.close()
      await remove()
    })
    const written: string[] = []
    const groups = groupsTable(listening(connection, written))
    const names = Array.from({ length: 200 }, (_, index) => `Grüppe "${index}"`)
    await groups.replaceOfSource('tim', 'people', [...names, ...names], 5)
    assert.deepEqual(written, ['groups.removeOthers', 'groups.insertMissing', 'groups.addMembers'])
    assert.deepEqual(await groups.ofUser('tim'), names.toSorted())
    assert.deepEqual((await groups.list(1))[0], { name: names.toSorted()[0], createdAt: 5 })
    await groups.replaceOfSource('tim', 'people', ['staff', ...names.slice(0, 9)], 6)
    assert.deepEqual(await groups.sources('staff', 'tim'), ['people'])
    await groups.keepOfSource('tim', 'people', 7)
    assert.deepEqual(await groups.sources('staff', 'tim'), ['own'])
    assert.equal((await groups.ofUser('tim')).length, 10)
    await groups.replaceOfSource('tim', 'people', [], 8)
    assert.equal((await groups.ofUser('tim')).length, 10)
  })
}
