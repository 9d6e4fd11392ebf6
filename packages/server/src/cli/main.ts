#!/usr/bin/env node
/** The `countersign` command. Loads the program only after the check of the version: an older Node cannot load it. */
import { nodeProblem } from './node-version.ts'

const problem = nodeProblem(process.versions.node)
if (problem === undefined) {
  const { runProgram } = await import('./program.ts')
  await runProgram(process.argv.slice(2))
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
