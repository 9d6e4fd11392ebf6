/** docs/guides/backup.md, followed to the letter: its commands in their order, and what they print but for times and numbers. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from '../../packages/server/src/store/open.ts'
import { preparedDatabase } from '../../packages/server/test/support/databases.ts'
import { addTestUsers } from '../../packages/server/test/support/people.ts'
import { startOfTests, testSecret } from '../../packages/server/test/support/server.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

const guide = readFileSync(new URL('../../docs/guides/backup.md', import.meta.url), 'utf8')
const blocks = [...guide.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block)
const steps = blocks.flatMap((block) =>
  [...block.matchAll(/^\$ (.+)\n((?:(?!\$ ).*\n)*)/gm)].map(([, line = '', output = '']) => ({ line, output })),
)

/** Without what differs each time. */
function comparable(text: string): string {
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replaceAll(/age1\w{58}/g, 'PUBLIC KEY')
    .replaceAll(/[\d,]+ (rows|bytes)/g, 'N $1')
}

test('the commands of the guide print what it shows', async (t) => {
  const database = await preparedDatabase('sqlite')
  t.after(database.remove)
  const store = await openStore({ url: database.url, migrate: false })
  await addTestUsers(store, startOfTests)
  await store.close()
  const folder = temporaryFolder(t)
  let recipient = ''
  assert.ok(steps.length > 8)
  for (const { line, output } of steps) {
    if (line.startsWith('head ')) {
      const [, , length, source = '', , target = ''] = line.split(' ')
      writeFileSync(join(folder, target), readFileSync(join(folder, source)).subarray(0, Number(length)))
      continue
    }
    const [, setting, words = ''] = /^(?:DATABASE_URL=(\S+) )?countersign (.*)$/.exec(line) ?? assert.fail(line)
    const environment = { DATABASE_URL: setting ?? database.url, SECRET_KEY: testSecret }
    const args = words.replace(/age1\w+/, recipient).split(' ')
    const { code, stdout, stderr } = await runCommand(args, environment, '', folder)
    assert.equal(comparable(stdout + stderr), comparable(output), line)
    assert.equal(code, output.includes('is damaged') ? 1 : 0, line)
    recipient = /age1\w+/.exec(stdout)?.[0] ?? recipient
  }
})
