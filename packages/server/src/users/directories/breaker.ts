/** A circuit breaker: after some failures in a row, nobody asks for a while; then one call tries again. */
import type { Clock } from '../../environment.ts'

export interface Breaker {
  /** Seconds for which nobody should ask; 0: ask now. After a rest, it is 0 for one caller alone until that call has ended. */
  readonly restFor: () => number
  /** Whether it had failed before. */
  readonly succeed: () => boolean
  /** Whether it is the first failure since the last success. */
  readonly fail: () => boolean
}

/** Failures in a row after which the rest begins. */
const tolerated = 3
const shortestRest = 1
const longestRest = 15

export function createBreaker(now: Clock): Breaker {
  let failures = 0
  let restsUntil = 0
  let isTrying = false

  return {
    restFor: () => {
      const left = restsUntil - now()
      if (left > 0) return Math.ceil(left)
      if (failures < tolerated) return 0
      if (isTrying) return shortestRest
      isTrying = true
      return 0
    },
    succeed: () => {
      const hadFailed = failures > 0
      failures = 0
      isTrying = false
      return hadFailed
    },
    fail: () => {
      failures++
      isTrying = false
      if (failures >= tolerated) restsUntil = now() + Math.min(shortestRest * 2 ** (failures - tolerated), longestRest)
      return failures === 1
    },
  }
}
