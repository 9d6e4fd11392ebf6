/**
 * `npm test`: the checks that take seconds, then all tests, those of the architecture among them. With arguments only tests run: the
 * files that are named, each in a process of its own, with the options that are given.
 */
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { checkSources } from './check-sources.mjs'
import { runNode, runStage } from './run.mjs'
import { groupTests } from './test-groups.mjs'

const given = process.argv.slice(2)
const files = given.filter((argument) => argument.endsWith('.test.ts'))
const options = given.filter((argument) => !files.includes(argument))
const ofPackages = 'packages/*/test/**/*.test.ts'
const ofRepository = 'test/**/*.test.ts'

if (given.length === 0) {
  checkSources()
  const groups = groupTests(globSync(ofPackages).toSorted())
  runStage('tests', () => runTests([...groups, ofRepository]))
} else {
  const named = files.length > 0 ? files : [ofPackages, ofRepository]
  runStage('tests only, as named', () => runTests([...options, ...named]))
}

function runTests(parameters) {
  return runNode([
    '--import=./scripts/fast-start.mjs',
    '--conditions=source',
    '--test',
    // One file more than cores: tests wait a third of their time, for browsers and other processes.
    `--test-concurrency=${availableParallelism() + 1}`,
    // In milliseconds. A test that hangs fails by its name.
    '--test-timeout=300000',
    '--test-global-setup=test/support/global-setup.ts',
    ...parameters,
  ])
}
