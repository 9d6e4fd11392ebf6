/** The version of PostgreSQL, as `countersign doctor` reads it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseKinds, freshStore } from '../support/databases.ts'

for (const kind of databaseKinds) {
  test(`${kind}: only PostgreSQL has a version`, async (t) => {
    const version = await (await freshStore(t, kind)).postgresVersion()
    if (kind === 'sqlite') assert.equal(version, undefined)
    else assert.ok(Number.isInteger(version) && Number(version) >= 14)
  })
}
