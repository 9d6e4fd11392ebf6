/**
 * A long import, as JSON lines and as one JSON document, with the memory of the process bounded: 20,000 users, and 100,000 under
 * `npm run soak`.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { freshDatabase } from '../../packages/server/test/support/databases.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

const isSoak = process.env['SOAK'] === 'true'
const users = isSoak ? 100_000 : 20_000
/** Megabytes of heap. The program itself needs about 30. */
const heap = isSoak ? 64 : 48
const count = users.toLocaleString('en-US')
const hash = '$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$oQniwjLkYbajNGr0RGSng8udgXKplgpN15LZNV56KTQ'

const files = [
  { kind: 'sqlite', name: 'users.jsonl', start: '', between: '\n', end: '\n' },
  { kind: 'postgres', name: 'users.jsonl', start: '', between: '\n', end: '\n' },
  { kind: 'sqlite', name: 'users.json', start: '{"total": 0, "users": [\n', between: ',\n', end: ']}' },
] as const

for (const { kind, name, start, between, end } of files) {
  test(`${kind}: ${count} users of ${name} are imported in a heap of ${heap} MB`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const folder = temporaryFolder(t)
    const environment = { DATA_DIR: folder, DATABASE_URL: database.url, NODE_OPTIONS: `--max-old-space-size=${heap}` }
    const file = join(folder, name)
    const stream = createWriteStream(file)
    stream.write(start)
    for (let user = 0; user < users; user++) {
      const row = {
        username: `user${user}`,
        email: `user${user}@example.com`,
        full_name: `User ${user}`,
        hashed_password: hash,
      }
      if (!stream.write(`${user === 0 ? '' : between}${JSON.stringify(row)}`)) await once(stream, 'drain')
    }
    stream.end(end)
    await once(stream, 'finish')

    await runCommand(['migrate'], environment)
    const imported = await runCommand(['users', 'import', file], environment)
    assert.equal(imported.stderr, '')
    const report = `Read ${count} row(s).\n  ${count} with pbkdf2-sha256\n  ${count} with a hash of low cost`
    assert.ok(imported.stdout.includes(report), imported.stdout)
    assert.ok(imported.stdout.includes(`Imported ${count} user(s).`), imported.stdout)
    const shown = await runCommand(['users', 'show', `USER${users - 1}`], environment)
    assert.ok(shown.stdout.includes(`user${users - 1}@example.com`), shown.stdout)
  })
}
