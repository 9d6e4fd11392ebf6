#!/usr/bin/env node
/** The `countersign` command. Loads the program only after these checks: an older Node, and a process without a folder, cannot load it. */
import { endFirstProcessAtSignals } from './first-process.ts'
import { ignoreSignals } from './ignore-signals.ts'
import { keepMemoryOutOfCoreDumps } from './keep-memory-out-of-core-dumps.ts'
import { runtimeProblem } from './runtime.ts'
import { folderProblem } from './working-folder.ts'
import { restartToServe } from './young-generation.ts'

const args = process.argv.slice(2)
const command = args.find((word) => word !== '--')
const problem = runtimeProblem(process.versions, command) ?? folderProblem()
if (problem === undefined) {
  keepMemoryOutOfCoreDumps()
  endFirstProcessAtSignals()
  if (command === 'serve') {
    // Before anything else is loaded: until then a signal would open the debugger, or end the process.
    ignoreSignals()
    // What is loaded before would be loaded twice.
    restartToServe()
  }
  const { runProgram } = await import('./program.ts')
  await runProgram(args)
  // In a worker of another program, such as of pm2 in cluster mode, it would keep this process.
  process.channel?.unref()
} else {
  process.stderr.write(`${problem}\n`)
  process.exitCode = 1
}
