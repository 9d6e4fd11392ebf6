/** One worker of `countersign serve --workers`. Its primary process starts it, and says what it is to do. */
import { ignoreSignals, ignoreStopSignals } from './ignore-signals.ts'
import { problemFor } from './report-failure.ts'
import { endWhenUnread } from './terminal/print.ts'
import { serveAsWorker } from './workers/serve-as-worker.ts'
import { connectToPrimary } from './workers/to-primary.ts'

ignoreSignals()
ignoreStopSignals()
endWhenUnread()
const primary = connectToPrimary()
try {
  await serveAsWorker(primary)
} catch (error) {
  const problem = await problemFor(error)
  if (problem === undefined) throw error
  await primary.fail(problem)
  process.exitCode = 1
} finally {
  primary.close()
}
