/** One worker of `countersign serve --workers`. Its primary process starts it, and says what it is to do. */
import { plainError } from '../log/plain-error.ts'
import { ignoreSignals, ignoreStopSignals } from './ignore-signals.ts'

// Before the rest is loaded: until then a signal would open the debugger, or end the worker.
ignoreSignals()
ignoreStopSignals()
const { problemFor } = await import('./report-failure.ts')
const { endWhenUnread } = await import('./terminal/print.ts')
const { serveAsWorker } = await import('./workers/serve-as-worker.ts')
const { connectToPrimary } = await import('./workers/to-primary.ts')

endWhenUnread()
const primary = connectToPrimary()
try {
  await serveAsWorker(primary)
} catch (error) {
  const problem = await problemFor(error)
  if (problem === undefined) throw plainError(error)
  await primary.fail(problem)
  process.exitCode = 1
} finally {
  primary.close()
}
