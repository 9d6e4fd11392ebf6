/** What `npm run check` and `npm test` look at before they run a test. */
import { runNode, runStage, runTool } from './run.mjs'

/** With entries that programs import. */
const packages = ['packages/guard', 'packages/client', 'packages/server']

export function checkSources() {
  runStage('types', () => runTool('typescript', 'tsc', []))
  runStage('lint and format', () => runTool('@biomejs/biome', 'biome', ['check', '--error-on-warnings']))
  runStage('build of the packages', () => runNode(['scripts/build.mjs']))
  runStage(
    'what the packages publish',
    ...[...packages, 'packages/create-countersign'].map(
      (folder) => () => runTool('publint', 'publint', ['--strict', folder]),
    ),
    ...packages.map((folder) => () => runTool('@arethetypeswrong/cli', 'attw', attwArguments(folder))),
    () => runNode(['scripts/check-published-docs.mjs']),
  )
}

function attwArguments(folder) {
  return ['--pack', folder, '--profile', 'esm-only', '--quiet']
}
