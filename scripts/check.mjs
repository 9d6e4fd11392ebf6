/** `npm run check`: all checks that take seconds. */
import { checkSources } from './check-sources.mjs'
import { runNode, runStage } from './run.mjs'

checkSources()
runStage('directions of the architecture', () =>
  runNode([
    '--import=./scripts/fast-start.mjs',
    '--conditions=source',
    '--test',
    '--test-reporter=dot',
    'packages/*/test/architecture.test.ts',
  ]),
)
