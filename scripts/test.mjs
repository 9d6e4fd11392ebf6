/**
 * `npm test`: the checks that take seconds, then all tests, those of the architecture among them. With arguments only tests run: the
 * files that are named, with the options that are given.
 */
import { availableParallelism } from 'node:os'
import { checkSources } from './check-sources.mjs'
import { runNode, runStage } from './run.mjs'

const given = process.argv.slice(2)
const files = given.filter((argument) => argument.endsWith('.test.ts'))
const options = given.filter((argument) => !files.includes(argument))

if (given.length === 0) checkSources()
runStage(given.length === 0 ? 'tests' : 'tests only, as named', () =>
  runNode([
    '--import=./scripts/fast-start.mjs',
    '--conditions=source',
    '--test',
    // One file more than cores: tests wait a third of their time, for browsers and other processes.
    `--test-concurrency=${availableParallelism() + 1}`,
    // In milliseconds. A test that hangs fails by its name.
    '--test-timeout=300000',
    '--test-global-setup=test/support/global-setup.ts',
    ...options,
    ...(files.length > 0 ? files : ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts']),
  ]),
)
