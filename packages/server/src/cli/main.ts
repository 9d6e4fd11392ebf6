#!/usr/bin/env node
/** The `countersign` command. Loads the program only after the check of the version: an older Node cannot load it. */
import { keepMemoryOutOfCores } from './keep-memory-out-of-cores.ts'
import { nodeProblem } from './node-version.ts'
import { restartToServe } from './young-generation.ts'

const problem = nodeProblem(process.versions.node)
if (problem === undefined) {
  keepMemoryOutOfCores()
  const args = process.argv.slice(2)
  // Before anything else is loaded: it would be loaded twice.
  if (args.find((word) => word !== '--') === 'serve') restartToServe()
  const { runProgram } = await import('./program.ts')
  await runProgram(args)
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
