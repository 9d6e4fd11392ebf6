/** The next version replaces this one under load, and is taken back: no request fails. `npm run rolling-upgrade` does it with real commits. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { copySources } from '../../scripts/source-copy.ts'
import { temporaryFolder } from '../support/process.ts'
import { upgradeAndBack } from '../support/rolling-upgrade.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const next = temporaryFolder({ after })

/** This version with one more migration, which changes the tables that each login writes to. */
before(() => {
  copySources(next)
  const list = join(next, 'packages/server/src/store/migration-list.ts')
  const last = /\n}\n$/
  const text = readFileSync(list, 'utf8')
  assert.match(text, last)
  writeFileSync(
    list,
    `import * as nextMigration from '../../test/support/expanding-migration.ts'\n${text.replace(last, "\n  '9001-next': nextMigration,\n}\n")}`,
  )
})

for (const kind of databaseKinds) {
  test(`${kind}: S8, R11 this version and the next one serve together while and after the database is migrated, and back: no request fails`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const logins = process.env['SOAK'] === 'true' ? 100 : 3
    const report = await upgradeAndBack(t, { former: root, next, databaseUrl: database.url, logins })
    t.diagnostic(
      `${report.logins} logins, ${report.requests} requests, the slowest took ${Math.round(report.slowest)} ms`,
    )
    assert.deepEqual(report.failures, [])
    assert.equal(report.migrated, 'Migrated: 9001-next\n')
    assert.match(report.migratedByFormer, /a newer version of Countersign migrated it \(9001-next\)/)
  })
}
