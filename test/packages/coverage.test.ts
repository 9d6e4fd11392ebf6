/** The tests of guard run every line of guard, including the command line. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = 'packages/guard/src/**/*.ts'
/** The beginnings of titles. These try many cases, and run no line that no other test runs. */
const manyCases = [
  'M9 a million proofs',
  'M1 a good proof with anything',
  'a good token with anything',
  'any values of the known members',
  'any text is rejected',
  'of any token',
  'a member added twice',
  'what has one spelling keeps it',
  'what the platform makes of a URL',
]
/** The same of titles whose tests start a process for one flag or one word. */
const oneMoreProcess = [
  '.* ends with 2 and ',
  '(help|--help|explain -h) tells the flags',
  '--secret-file is not repeated',
  'without --at',
  'a token that is bound',
  'a rejected token is told',
  'what is no token is rejected',
]
const skipped = `/^(${[...manyCases, ...oneMoreProcess].join('|')})/`

test('100 % of the lines of packages/guard/src are covered', async () => {
  const { code, report, output } = await runGuardTests()
  assert.equal(code, 0, output)
  const uncovered = readReport(report)
  // A file that no test loads is missing in the report.
  const forgotten = globSync(source, { cwd: root }).filter((file) => !uncovered.has(file) && hasCode(file))
  const lines = [...uncovered].flatMap(([file, numbers]) =>
    numbers.length > 0 ? `${file}: ${numbers.join(', ')}` : [],
  )
  assert.deepEqual([...forgotten, ...lines], [])
})

interface Run {
  readonly code: number | null
  /** In lcov format. */
  readonly report: string
  readonly output: string
}

/** All in one process: the tests need no process each, and would take twice the time. */
async function runGuardTests(): Promise<Run> {
  const reporters = ['lcov', 'stdout', 'dot', 'stderr'].map((value, index) =>
    index % 2 === 0 ? `--test-reporter=${value}` : `--test-reporter-destination=${value}`,
  )
  const coverage = ['--experimental-test-coverage', `--test-coverage-include=${source}`]
  const flags = [
    '--conditions=source',
    '--test',
    '--test-isolation=none',
    `--test-skip-pattern=${skipped}`,
    ...coverage,
    ...reporters,
  ]
  const child = spawn(process.execPath, [...flags, 'packages/guard/test/**/*.test.ts'], {
    cwd: root,
    // Without the environment of this test: with it, Node would treat the child as one of its own test files.
    env: { PATH: process.env['PATH'] },
  })
  let report = ''
  let output = ''
  child.stdout.on('data', (chunk) => {
    report += chunk
  })
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, report, output }
}

/** The lines that did not run, by file. */
function readReport(report: string): ReadonlyMap<string, readonly string[]> {
  const files = report.split('end_of_record').map((record): [string, string[]] => {
    const file = /^SF:(.*)$/m.exec(record)?.[1] ?? ''
    return [file, [...record.matchAll(/^DA:(\d+),0$/gm)].map(([, line = '']) => line)]
  })
  return new Map(files.filter(([file]) => file !== ''))
}

/** Whether it has code, not only types. */
function hasCode(file: string): boolean {
  return /^(export )?(async )?(function|const|let|class) /m.test(readFileSync(join(root, file), 'utf8'))
}
