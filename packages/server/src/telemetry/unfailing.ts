/** Spans come from code of the program: its samplers, processors and propagators. No request may fail with it. */
import type { Log } from '../environment.ts'
import type { RequestSpan, Telemetry } from './telemetry.ts'

/** Telemetry of which no call throws. Without what it makes, the request goes on. The first error is a line in the log. */
export function unfailingTelemetry({ begin, outgoingHeaders }: Telemetry, log: Log): Telemetry {
  let isReported = false

  function attempt<Result, Otherwise>(call: () => Result, otherwise: Otherwise): Result | Otherwise {
    try {
      return call()
    } catch (err) {
      if (!isReported) log.warn({ err }, 'OpenTelemetry has failed: spans are missing. Later errors are not shown')
      isReported = true
      return otherwise
    }
  }

  /** Where the span's `run` throws by itself, before the work or after it: the work is done once, and what came of it counts. */
  function runOnce<Result>(run: RequestSpan['run'], work: () => Result): Result {
    let done: { readonly result: () => Result } | undefined
    const note = () => {
      try {
        const result = work()
        done = { result: () => result }
      } catch (error) {
        done = {
          result: () => {
            throw error
          },
        }
      }
    }
    attempt(() => run(note), undefined)
    return done === undefined ? work() : done.result()
  }

  return {
    begin: (request) => {
      const span = attempt(() => begin(request), undefined)
      return (
        span && {
          run: (work) => runOnce(span.run, work),
          end: (response) => attempt(() => span.end(response), undefined),
        }
      )
    },
    // What no request can carry throws here, and not where the request is made.
    outgoingHeaders: () => attempt(() => Object.fromEntries(new Headers(outgoingHeaders())), {}),
  }
}
