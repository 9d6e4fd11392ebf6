/** One worker of `countersign serve --workers`. Its primary process starts it, and says what it is to do. */
import { plainError } from '../log/plain-error.ts'
import { CommandError } from './command-error.ts'
import { endAfterFailure } from './end-after-failure.ts'
import { ignoreSignals, ignoreStopSignals } from './ignore-signals.ts'
import type { ToPrimary } from './workers/to-primary.ts'
import { folderProblem } from './working-folder.ts'

// Before the rest is loaded: until then a signal would open the debugger, or end the worker.
ignoreSignals()
ignoreStopSignals()
const { problemFor } = await import('./report-failure.ts')
const { endWhenUnread } = await import('./terminal/print.ts')
const serve = await loadServe()
const { connectToPrimary } = await import('./workers/to-primary.ts')

endWhenUnread()
const primary = connectToPrimary()
try {
  await serve(primary)
} catch (error) {
  const problem = await problemFor(error)
  if (problem === undefined) throw plainError(error)
  await primary.fail(problem)
  process.exitCode = 1
  endAfterFailure()
} finally {
  primary.close()
}

/** Most modules cannot be loaded in a folder that has been removed since the primary process was started. */
async function loadServe(): Promise<(primary: ToPrimary) => Promise<void>> {
  const missing = folderProblem()
  if (missing === undefined) return (await import('./workers/serve-as-worker.ts')).serveAsWorker
  return () => Promise.reject(new CommandError(missing))
}
