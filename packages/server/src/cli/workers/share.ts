/** Divides settings that are for the whole server among its workers: together they hash as many passwords at once as one process. */
import { availableParallelism } from 'node:os'
import type { Options } from '../../config/options.ts'

/** Which worker it is, from 1, and of how many. */
export interface Place {
  readonly number: number
  readonly count: number
}

/** The options of this worker. Values of a wrong type stay as they are: the check of the options names them. */
export function shareOf(options: Partial<Options>, place: Place): Partial<Options> {
  const { passwordWorkers = availableParallelism(), passwordQueueLimit } = options
  return {
    ...options,
    passwordWorkers: part(passwordWorkers, place),
    ...(passwordQueueLimit !== undefined && { passwordQueueLimit: part(passwordQueueLimit, place) }),
  }
}

/** At least one, so that each worker can serve logins. */
function part(total: number, { number, count }: Place): number {
  if (!Number.isInteger(total) || total < 1) return total
  return Math.max(1, Math.floor(total / count) + (number <= total % count ? 1 : 0))
}
