/** The command line itself: the help of every command, and its reference; for mistakes see wrong-command-line.test.ts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { version } from '../../packages/server/src/config/version.ts'
import { commands } from '../support/commands.ts'
import { runCommand } from '../support/process.ts'

for (const [name, command] of commands) {
  test(`${name} --help describes it, with two examples that are right`, async () => {
    const { code, stdout, stderr } = await runCommand([...name.split(' '), '--help'], {})
    assert.deepEqual([code, stderr], [0, ''])
    assert.ok(stdout.startsWith(`Usage: countersign ${name} `), stdout)
    assert.notEqual(command.description(), '')
    assert.notEqual(command.summary(), '')
    for (const option of command.options) {
      if (!option.hidden) assert.ok(stdout.includes(`  ${option.flags} `), option.flags)
    }
    const examples = [...stdout.matchAll(/^ {2}\$ (.+(?:\\\n.+)?)$/gm)].map(([, line = '']) =>
      line.replace('\\\n', ' '),
    )
    assert.ok(examples.length >= 2, `${examples.length} examples`)
    for (const line of examples) assertFlagsExist(line)
  })
}

/** Asserts that a line of the help names a command that exists, and only flags of this command. */
function assertFlagsExist(line: string): void {
  const call = /countersign (?!dev|init)([a-z][^|>]*)/.exec(line)?.[1]
  if (call === undefined) return
  const words = call.split(/\s+/)
  const name = [words.slice(0, 2).join(' '), words[0] ?? ''].find((candidate) => commands.has(candidate))
  assert.ok(name, `there is no command of the example: ${line}`)
  const flags = ['--help', ...(commands.get(name)?.options ?? []).flatMap(({ long }) => long ?? [])]
  for (const [flag] of call.matchAll(/(?<=\s)--[\w-]+/g)) assert.ok(flags.includes(flag), `${name} has no ${flag}`)
}

test('docs/reference/command-line.md has the help of the program, and each command and flag', async () => {
  const reference = readFileSync(new URL('../../docs/reference/command-line.md', import.meta.url), 'utf8')
  const { stdout } = await runCommand(['help'], {})
  assert.ok(reference.includes(`\`\`\`console\n$ countersign help\n${stdout}\`\`\`\n`), stdout)
  // Such as `### users disable, enable, delete`.
  const headings = [...reference.matchAll(/^##+ ([a-z][a-z, -]+)$/gm)].flatMap(([, title = '']) => {
    const [group = '', ...names] = title.split(/,? /)
    return names.length === 0 ? [group] : names.map((name) => `${group} ${name}`)
  })
  for (const [name, { options }] of commands) {
    assert.ok(headings.includes(name), `no heading names ${name}`)
    for (const { long, hidden } of options) {
      const names = new RegExp(`${long?.replace(/^--(no-)?/, '--(no-)?')}(?![\\w-])`)
      if (!hidden) assert.match(reference, names, `${name} ${long}`)
    }
  }
})

test('the program shows its help without a command, and the version in three ways', async () => {
  const help = (await runCommand(['--help'], {})).stdout
  assert.deepEqual(await runCommand([], {}), { code: 0, stdout: help, stderr: '' })
  assert.deepEqual(await runCommand(['help'], {}), { code: 0, stdout: help, stderr: '' })
  assert.equal(
    (await runCommand(['help', 'users', 'add'], {})).stdout,
    (await runCommand(['users', 'add', '-h'], {})).stdout,
  )
  for (const args of [['--version'], ['-v'], ['version']]) {
    assert.deepEqual(await runCommand(args, {}), { code: 0, stdout: `${version}\n`, stderr: '' })
  }
})

test('a -- before the command says nothing', async () => {
  assert.equal(
    (await runCommand(['--', 'help', 'users'], {})).stdout,
    (await runCommand(['users', '--help'], {})).stdout,
  )
})
