/** docs/guides/migrate-users.md, followed to the letter: each command whose output it shows, on the fixtures that have the names of its files. */
import assert from 'node:assert/strict'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { migrateStore } from '../../packages/server/src/store/open.ts'
import { formatNames } from '../../packages/server/src/users/import/format-names.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

const fixtures = fileURLToPath(new URL('../../packages/server/test/fixtures/imports', import.meta.url))
const guide = readFileSync(new URL('../../docs/guides/migrate-users.md', import.meta.url), 'utf8')
const sections = guide.split(/^## /m).slice(1)

for (const section of sections) {
  const [title = ''] = section.split('\n', 1)
  const steps = [...section.matchAll(/^\$ (.+)\n([^`$]*(?:\$(?! )[^`$]*)*)/gm)].map(([, line = '', output = '']) => ({
    line,
    output,
  }))
  if (steps.length === 0) continue
  test(`${title}: the commands of the guide give what it shows`, async (t) => {
    const folder = temporaryFolder(t)
    cpSync(fixtures, folder, { recursive: true })
    await migrateStore(`sqlite:${join(folder, 'countersign.db')}`)
    for (const { line, output } of steps) {
      const [program, ...args] = line.split(' ')
      if (program === 'cat') writeFileSync(join(folder, args[0] ?? ''), output)
      else
        assert.deepEqual(await runCommand(args, { DATA_DIR: folder }, '', folder), {
          code: 0,
          stdout: output,
          stderr: '',
        })
    }
  })
}

test('the guide has a section for each format, and its files are fixtures', () => {
  assert.deepEqual(
    formatNames.filter((name) => !guide.includes(`\`--from ${name}\``)),
    [],
  )
  const files = new Set([...readdirSync(fixtures), 'members.csv', 'wordpress-users.ndjson', 'aspnet-users.json'])
  const named = [...guide.matchAll(/users import ([a-z][\w-]+\.\w+)/g)].map(([, name = '']) => name)
  assert.deepEqual(
    named.filter((name) => !files.has(name)),
    [],
  )
  for (const [, anchor = ''] of guide.matchAll(/\]\(#([^)]+)\)/g)) {
    const titles = sections.map((section) => section.split('\n', 1)[0] ?? '')
    const anchors = titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    )
    assert.ok(anchors.includes(anchor), anchor)
  }
})
