/** What `--json` prints: the shapes that docs/reference/command-line.md shows, by the command lines that it shows. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadProgram } from '../../packages/server/src/cli/program.ts'
import { query } from '../../packages/server/test/support/rows.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'
import { addGrantAndIncident } from './support/operator-data.ts'

const reference = readFileSync(new URL('../../docs/reference/command-line.md', import.meta.url), 'utf8')

/** The command lines with `--json` of the reference, and what it shows below them. */
const documented = [
  ...reference.matchAll(/^\$ (?:printf [^|]*\| )?countersign (.* --json)\n([[{][\s\S]*?)\n(?=\$ |```)/gm),
].map(([, line = '', text = '']) => ({ line, example: JSON.parse(text) as unknown }))

type Shape = string | { readonly [name: string]: Shape }

/** The names and types of the members. A list has the shape of its first member. */
function shapeOf(value: unknown): Shape {
  if (Array.isArray(value)) return value.length === 0 ? 'empty list' : { 'list of': shapeOf(value[0]) }
  if (typeof value !== 'object') return typeof value
  if (value === null) return 'null'
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, shapeOf(member)]))
}

test('each command that lists or shows prints the JSON that the reference shows', async (t) => {
  const folder = temporaryFolder(t)
  const people = join(folder, 'people.db')
  const database = new DatabaseSync(people)
  database.exec('create table people (id integer primary key, login text unique, hash text)')
  database.close()
  const environment = {
    DATA_DIR: folder,
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('support/people.config.ts', import.meta.url)),
    PEOPLE_DATABASE_URL: `sqlite:${people}`,
  }
  const databaseUrl = `sqlite:${join(folder, 'countersign.db')}`
  await runCommand(['migrate'], environment)
  for (const { line, example } of documented) {
    if (line.startsWith('keys ')) await (await startCommand(t, ['dev'], environment)).stop()
    if (line.startsWith('grants ')) await addGrantAndIncident(databaseUrl)
    const words = line.split(' ').map((word) => (word.endsWith('.backup') ? join(folder, word) : word))
    const isDoctor = line.startsWith('doctor ')
    // Nothing responds there, as in the example.
    const variables = isDoctor ? { ...environment, ISSUER: 'http://127.0.0.1:1' } : environment
    const { code, stdout, stderr } = await runCommand(words, variables, 'long enough\n')
    assert.deepEqual([code, stderr], [isDoctor ? 1 : 0, ''], line)
    assert.deepEqual(shapeOf(JSON.parse(stdout)), shapeOf(example), line)
  }
})

test('each flag --json has an example in the reference', async () => {
  const program = await loadProgram()
  const lines = documented.map(({ line }) => line)
  for (const group of program.commands) {
    for (const command of group.commands.length > 0 ? group.commands : [group]) {
      if (!command.options.some(({ long }) => long === '--json')) continue
      const name = command === group ? group.name() : `${group.name()} ${command.name()}`
      assert.ok(
        lines.some((line) => line.startsWith(`${name} `)),
        `countersign ${name} --json`,
      )
    }
  }
})

test('an empty list is an empty array, and many users are one array', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await runCommand(['migrate'], environment)
  for (const name of ['users', 'clients', 'keys']) {
    assert.equal((await runCommand([name, 'list', '--json'], environment)).stdout, '[]\n')
  }
  const file = join(environment.DATA_DIR, 'users.json')
  writeFileSync(file, JSON.stringify(Array.from({ length: 1200 }, (_, index) => ({ username: `user${index}` }))))
  await runCommand(['users', 'import', file], environment)
  const { stdout } = await runCommand(['users', 'list', '--json'], environment)
  assert.equal(JSON.parse(stdout).length, 1200)
  assert.equal(stdout.split('\n').length, 1203, 'each user is on its own line')
})

test('JSON has stored text unchanged, without control characters for the terminal', async (t) => {
  const environment = { DATA_DIR: temporaryFolder(t) }
  await runCommand(['migrate'], environment)
  await runCommand(['users', 'add', 'eve'], environment, 'long enough\n')
  // As an earlier version stored it, which did not check the values.
  const url = `sqlite:${join(environment.DATA_DIR, 'countersign.db')}`
  await query(url, `update profiles set full_name = 'a' || char(27) || char(155) || char(8238) || char(10) || '"'`)
  for (const args of [['list'], ['show', 'eve']]) {
    const { stdout } = await runCommand(['users', ...args, '--json'], environment)
    const parsed = JSON.parse(stdout)
    assert.equal((Array.isArray(parsed) ? parsed[0] : parsed).full_name, 'a\u001b\u009b\u202e\n"')
    assert.doesNotMatch(stdout, /[^\P{Cc}\n]|\p{Cf}/u)
  }
})
