/** A long import: 100,000 users, with the memory of the process bounded and no partial import. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { databaseKinds, freshDatabase } from '../../packages/server/test/support/databases.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

const users = 100_000
const hash = '$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$oQniwjLkYbajNGr0RGSng8udgXKplgpN15LZNV56KTQ'

for (const kind of databaseKinds) {
  test(`${kind}: 100,000 users are imported in a heap of 64 MB`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const folder = temporaryFolder(t)
    const environment = { DATA_DIR: folder, DATABASE_URL: database.url, NODE_OPTIONS: '--max-old-space-size=64' }
    const file = join(folder, 'users.jsonl')
    const stream = createWriteStream(file)
    for (let user = 0; user < users; user++) {
      const row = {
        username: `user${user}`,
        email: `user${user}@example.com`,
        full_name: `User ${user}`,
        hashed_password: hash,
      }
      if (!stream.write(`${JSON.stringify(row)}\n`)) await once(stream, 'drain')
    }
    stream.end()
    await once(stream, 'finish')

    await runCommand(['migrate'], environment)
    const imported = await runCommand(['users', 'import', file], environment)
    assert.equal(imported.stderr, '')
    assert.match(
      imported.stdout,
      /Read 100,000 row\(s\)\.\n {2}100,000 with pbkdf2-sha256\n {2}100,000 with a weak hash/,
    )
    assert.match(imported.stdout, /Imported 100,000 user\(s\)\./)
    const shown = await runCommand(['users', 'show', 'USER99999'], environment)
    assert.match(shown.stdout, /user99999@example\.com/)
  })
}
