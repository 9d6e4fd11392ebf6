/** A reader that stops, such as `| true`, ends what is printed, not what is done. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Environment, runCommand, runUnread, temporaryFolder } from '../support/process.ts'

const names = ['a', 'b', 'c', 'd', 'e']

async function withDatabase(t: TestContext): Promise<Environment> {
  const folder = temporaryFolder(t)
  const environment = { DATA_DIR: folder, SECRET_KEY: 'b1946ac92492d2347c6235b4d2611184f3a0c7d1' }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  return environment
}

test('a change of several users is done for all of them when nobody reads the output', async (t) => {
  const environment = await withDatabase(t)
  const file = join(environment['DATA_DIR'] ?? '', 'users.json')
  writeFileSync(file, JSON.stringify(names.map((username) => ({ username }))))
  assert.equal((await runCommand(['users', 'import', file], environment)).code, 0)
  assert.deepEqual(await runUnread(['users', 'disable', ...names], environment), { code: 141, stdout: '', stderr: '' })
  const listed = JSON.parse((await runCommand(['users', 'list', '--json'], environment)).stdout)
  assert.deepEqual(
    listed.map(({ username, disabled }: { username: string; disabled: boolean }) => [username, disabled]),
    names.map((name) => [name, true]),
  )
})

test('a change of several clients is done for all of them when nobody reads the output', async (t) => {
  const environment = await withDatabase(t)
  for (const name of names)
    await runCommand(['clients', 'add', name, '--grant-type', 'client_credentials'], environment)
  const { code, stderr } = await runUnread(['clients', 'delete', ...names, '--yes'], environment)
  assert.deepEqual([code, stderr], [141, ''])
  assert.deepEqual(JSON.parse((await runCommand(['clients', 'list', '--json'], environment)).stdout), [])
})

test('a message that nobody reads changes no exit code', async () => {
  assert.deepEqual(await runUnread(['users', 'bogus'], {}, 'stderr'), { code: 2, stdout: '', stderr: '' })
})
