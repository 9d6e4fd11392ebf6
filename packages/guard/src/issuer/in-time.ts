/** Bounds the wait for a fetch that another request may have begun: an edge runtime drops it with that request, and no promise tells. */
import { Refused } from '../refused.ts'

const longestWaitMs = 10_000

/** The same promise, rejected with Refused `issuer_unavailable` when it takes too long. */
export function inTime<Value>(awaited: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const expected = `an answer within ${longestWaitMs / 1000} s`
    const timer = setTimeout(() => reject(new Refused('issuer_unavailable', { expected })), longestWaitMs)
    awaited.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
