/** One worker of `countersign serve --workers`. Its primary process starts it: `worker.ts <number> <count> <port>`. */
import { ignoreSignals, ignoreStopSignals } from './ignore-signals.ts'
import { reportFailure } from './report-failure.ts'
import { endWhenUnread } from './terminal/print.ts'
import { serveAsWorker } from './workers/serve-as-worker.ts'
import { connectToPrimary } from './workers/to-primary.ts'

ignoreSignals()
ignoreStopSignals()
endWhenUnread()
const [number = 1, count = 1, port = 0] = process.argv.slice(2).map(Number)
const primary = connectToPrimary()
try {
  await serveAsWorker(primary, { number, count }, port)
} catch (error) {
  await reportFailure(error)
} finally {
  primary.close()
}
