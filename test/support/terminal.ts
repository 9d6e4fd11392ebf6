/** Runs commands at a terminal: a pseudo terminal of util-linux's `script`. */
import { spawn, spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { skipWithout } from './missing-tool.ts'
import { command, type Environment, type Finished } from './process.ts'

export interface Terminal {
  readonly columns: number
  /** What the user enters, each after the terminal has shown the text. */
  readonly dialog?: readonly (readonly [shown: RegExp, entered: string])[]
}

/** Whether there is a pseudo terminal. Otherwise the test is skipped, with the reason. */
export function hasTerminal(t: TestContext): boolean {
  const isFound = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '')
  if (!isFound) skipWithout(t, 'there is no `script` of util-linux, which makes a pseudo terminal')
  return isFound
}

/** Runs a command of `countersign` until it exits. `stdout` is all that the terminal shows, with lines that end as in a file. */
export async function runAtTerminal(
  args: readonly string[],
  environment: Environment,
  terminal: Terminal,
): Promise<Finished> {
  return await runNodeAtTerminal([...command, ...args], environment, terminal)
}

/** The same for any program of Node. */
export async function runNodeAtTerminal(
  args: readonly string[],
  environment: Environment,
  { columns, dialog = [] }: Terminal,
  folder: string = process.cwd(),
): Promise<Finished> {
  const line = [process.execPath, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 40; exec ${line.join(' ')}`, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], SHELL: '/bin/sh', TERM: 'xterm-256color', ...environment },
  })
  let shown = ''
  let seen = 0
  let step = 0
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    shown += chunk
    const [expected, entered] = dialog[step] ?? []
    if (expected === undefined || entered === undefined || !expected.test(shown.slice(seen))) return
    seen = shown.length
    step++
    child.stdin.write(entered)
  })
  return await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout: shown.replaceAll('\r\n', '\n'), stderr: '' }))
  })
}
