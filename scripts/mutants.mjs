/**
 * `npm run mutants`: breaks a copy of the sources by one patch of `test/mutants/` at a time, and runs the test that must fail then. A
 * mutant whose test passes has survived: what the test is about could break without anybody noticing. With `--only NAME`, which may be repeated, some patches.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { globalSetup, globalTeardown } from '../test/support/global-setup.ts'
import { copySources } from './source-copy.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const patches = join(root, 'test', 'mutants')
/** What is wrong with a mutant that is not red. */
const explanations = {
  survived: 'the test passes, though the code is broken',
  untested: 'no test has this title',
  hung: 'the test never ends: break the code in a way that comes back',
  broken: 'another test failed, or the file could not be loaded',
  rejected: 'the patch does not apply: write it again for the code as it is now',
}
/** In milliseconds. A test that takes longer fails by its name. */
const testTimeout = 120_000
/**
 * In milliseconds. A loop without an end keeps the runner from failing the test: then the process is ended. A few tests one after another may
 * each wait until they fail.
 */
const processTimeout = 600_000

const { only } = parseArgs({ options: { only: { type: 'string', multiple: true } } }).values
const names = readdirSync(patches).map((file) => file.replace(/\.patch$/, ''))
const chosen = only ?? names
for (const name of chosen) if (!names.includes(name)) fail(`There is no test/mutants/${name}.patch`)

const copies = []
const results = []
await globalSetup()
try {
  const waiting = chosen.map(readMutant)
  const workers = Math.min(availableParallelism(), waiting.length)
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const copy = makeCopy()
      for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
        const result = await testMutant(copy, mutant)
        results.push(result)
        print(`${String(results.length).padStart(3)}/${chosen.length}  ${result.outcome.padEnd(9)}  ${mutant.name}`)
      }
    }),
  )
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
  await globalTeardown()
}

const skipped = results.filter(({ outcome }) => outcome === 'skipped')
const wrong = results.filter(({ outcome }) => outcome !== 'red' && outcome !== 'skipped')
const red = results.length - wrong.length - skipped.length
print(`\n${red} of ${results.length} mutants are found by their tests.`)
if (skipped.length > 0) print(`${skipped.length} could not be tried: their tests say what this machine lacks.`)
for (const { mutant, outcome, output } of wrong.toSorted((a, b) => a.mutant.name.localeCompare(b.mutant.name))) {
  print(`\n${mutant.name}: ${explanations[outcome]}\n  ${mutant.test}\n  ${mutant.title}`)
  if (outcome !== 'survived') print(output.replace(/^/gm, '  | '))
}
if (wrong.length > 0) process.exitCode = 1

/** A patch, and what its header names: the file and the title, or a part of it, of the test that must fail. */
function readMutant(name) {
  const file = join(patches, `${name}.patch`)
  const text = readFileSync(file, 'utf8')
  const [, test] = /^test: (.+)$/m.exec(text) ?? fail(`${file} has no line "test: FILE"`)
  const [, title] = /^title: (.+)$/m.exec(text) ?? fail(`${file} has no line "title: TITLE"`)
  return { name, file, test, title }
}

function makeCopy() {
  const copy = mkdtempSync(join(tmpdir(), 'countersign-mutants-'))
  copies.push(copy)
  copySources(copy)
  return copy
}

async function testMutant(copy, mutant) {
  const applied = await run(copy, 'git', ['apply', mutant.file])
  if (applied.code !== 0) return { mutant, outcome: 'rejected', output: applied.output }
  try {
    const { output, signal } = await run(copy, process.execPath, [
      '--import=./scripts/fast-start.mjs',
      '--conditions=source',
      '--test',
      '--test-reporter=tap',
      `--test-timeout=${testTimeout}`,
      `--test-name-pattern=${mutant.title}`,
      mutant.test,
    ])
    // At the signal, Node's runner says which tests were running, and ends by itself.
    const isHung = signal !== null || output.includes('\n# Interrupted while running')
    return { mutant, outcome: isHung ? 'hung' : outcomeOf(output, new RegExp(mutant.title)), output }
  } finally {
    await run(copy, 'git', ['apply', '--reverse', mutant.file])
  }
}

/** A file that cannot be loaded fails as well, but under its own name: that shows nothing. */
function outcomeOf(output, title) {
  const lines = [...output.matchAll(/^ *(ok|not ok) \d+ - (.*)$/gm)].map(([, result, name]) => ({
    isRed: result === 'not ok',
    isMeant: title.test(name.replaceAll('\\#', '#')),
    isSkipped: / # SKIP/.test(name),
  }))
  if (lines.some(({ isRed, isMeant }) => isRed && isMeant)) return 'red'
  if (lines.some(({ isRed }) => isRed)) return 'broken'
  const passed = lines.filter(({ isMeant }) => isMeant)
  if (passed.length === 0) return 'untested'
  return passed.every(({ isSkipped }) => isSkipped) ? 'skipped' : 'survived'
}

function run(cwd, command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: processTimeout })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, output }))
  })
}

function print(line) {
  process.stdout.write(`${line}\n`)
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
