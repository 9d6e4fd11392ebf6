/** Every line of guard is run by guard's own tests, the command line included. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const source = 'packages/guard/src/**/*.ts'
/** They try many thousands of cases, and run no line that no other test does. */
const left = '/^(M9 a million proofs|of any token)/'

test('100 % of the lines of packages/guard/src are covered', async () => {
  const { code, report, told } = await runGuardTests()
  assert.equal(code, 0, told)
  const uncovered = readReport(report)
  // A file that no test loads is in no report.
  const forgotten = globSync(source, { cwd: root }).filter((file) => !uncovered.has(file) && hasCode(file))
  const lines = [...uncovered].flatMap(([file, numbers]) =>
    numbers.length > 0 ? `${file}: ${numbers.join(', ')}` : [],
  )
  assert.deepEqual([...forgotten, ...lines], [])
})

interface Run {
  readonly code: number | null
  /** In the format of lcov. */
  readonly report: string
  readonly told: string
}

/** All in one process, for its tests need no one of their own and would take twice the time. */
async function runGuardTests(): Promise<Run> {
  const reporters = ['lcov', 'stdout', 'dot', 'stderr'].map((value, index) =>
    index % 2 === 0 ? `--test-reporter=${value}` : `--test-reporter-destination=${value}`,
  )
  const coverage = ['--experimental-test-coverage', `--test-coverage-include=${source}`]
  const flags = [
    '--conditions=source',
    '--test',
    '--test-isolation=none',
    `--test-skip-pattern=${left}`,
    ...coverage,
    ...reporters,
  ]
  const child = spawn(process.execPath, [...flags, 'packages/guard/test/**/*.test.ts'], {
    cwd: root,
    // Not that of this test, in which Node would take the child for one of its own test files.
    env: { PATH: process.env['PATH'] },
  })
  let report = ''
  let told = ''
  child.stdout.on('data', (chunk) => {
    report += chunk
  })
  child.stderr.on('data', (chunk) => {
    told += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, report, told }
}

/** The lines that were not run, by file. */
function readReport(report: string): ReadonlyMap<string, readonly string[]> {
  const files = report.split('end_of_record').map((record): [string, string[]] => {
    const file = /^SF:(.*)$/m.exec(record)?.[1] ?? ''
    return [file, [...record.matchAll(/^DA:(\d+),0$/gm)].map(([, line = '']) => line)]
  })
  return new Map(files.filter(([file]) => file !== ''))
}

/** Whether it has more than types. */
function hasCode(file: string): boolean {
  return /^(export )?(async )?(function|const|let|class) /m.test(readFileSync(join(root, file), 'utf8'))
}
