/** `countersign completion`: the scripts work in their shells. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { skipWithout } from '../support/missing-tool.ts'
import { runCommand, temporaryFolder } from '../support/process.ts'

interface Completed {
  readonly line: string
  readonly words: readonly string[]
}

const cases: readonly Completed[] = [
  { line: 'countersign gra', words: ['grants'] },
  { line: 'countersign users un', words: ['unlock'] },
  { line: 'countersign users add bob --ful', words: ['--full-name'] },
  { line: 'countersign keys rotate --algorithm R', words: ['RS256'] },
  { line: 'countersign completion z', words: ['zsh'] },
  { line: 'countersign users add --email ', words: [] },
]

/** The path of the script for a shell; `undefined` and a reason when the shell is not installed. */
async function scriptFor(t: TestContext, shell: string): Promise<string | undefined> {
  if (spawnSync(shell, ['-c', 'exit 0']).status !== 0) {
    skipWithout(t, `${shell} is not installed`)
    return undefined
  }
  const { code, stdout } = await runCommand(['completion', shell], {})
  assert.equal(code, 0)
  const path = join(temporaryFolder(t), `countersign.${shell}`)
  writeFileSync(path, stdout)
  return path
}

function run(shell: string, code: string): readonly string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', code], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
    // With a socket as standard input, bash reads the user's own settings.
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  assert.equal(stderr, '')
  return stdout.split('\n').filter((line) => line !== '')
}

test('bash completes commands, flags and their values', async (t) => {
  const script = await scriptFor(t, 'bash')
  if (script === undefined) return
  for (const { line, words } of cases) {
    const given = line.split(' ')
    const code: string = `source '${script}'; COMP_WORDS=(${given.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${given.length - 1}; _countersign; printf '%s\\n' "\${COMPREPLY[@]}"`
    assert.deepEqual(run('bash', code), words, line)
  }
})

test('fish completes commands, flags and their values', async (t) => {
  const script = await scriptFor(t, 'fish')
  if (script === undefined) return
  for (const { line, words } of cases) {
    const found: readonly (string | undefined)[] = run('fish', `source '${script}'; complete -C '${line}'`).map(
      (text) => text.split('\t')[0],
    )
    assert.deepEqual(found, words, line)
  }
})

test('zsh accepts the script, which has each command and flag', async (t) => {
  const script = await scriptFor(t, 'zsh')
  if (script === undefined) return
  // Completion needs a terminal in zsh: its functions are replaced by ones that print what they are given.
  const stubs = `compdef() { :; }; _describe() { print -l -- "\${(@P)2}" }; _arguments() { print -l -- "$@" }`
  const complete = (line: string) => {
    const given = line.split(' ')
    return run(
      'zsh',
      `${stubs}; source '${script}'; words=(${given.map((word) => `'${word}'`).join(' ')}); CURRENT=${given.length}; _countersign`,
    )
  }
  assert.ok(complete('countersign gr').includes('grants:list and revoke what users granted to clients'))
  assert.ok(complete('countersign users un').includes('unlock:end a lockout after failed logins'))
  assert.ok(complete('countersign users add --ful').some((text) => text.startsWith('*--full-name[')))
  assert.ok(complete('countersign keys rotate --al').some((text) => text.endsWith(':value:(ES256 RS256 EdDSA)')))
})
