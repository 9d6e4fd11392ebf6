/** The clock of the test kit: the machine's, and what the test has added. */
import { systemClock } from '../environment.ts'

export interface TestClock {
  /** Seconds since the epoch. Pass it to a guard or a client that is to see the same time. */
  readonly now: () => number
  /** Moves the clock forward. @throws RangeError when `seconds` is negative or not finite */
  readonly advance: (seconds: number) => void
}

export function createTestClock(): TestClock {
  let added = 0
  return {
    now: () => systemClock() + added,
    advance: (seconds) => {
      if (!Number.isFinite(seconds) || seconds < 0)
        throw new RangeError('clock.advance takes a number of seconds, 0 or more')
      added += seconds
    },
  }
}
