/** How many workers serve: `--workers`, or the variable WORKERS. */
import { availableParallelism } from 'node:os'
import { CommandError, UsageError } from '../command-error.ts'

const maxWorkers = 256

/** The flag overrides the variable; `undefined` without either: one process serves, and no worker. @throws UsageError, CommandError */
export function readWorkerCount(flag: string | undefined, variable: string | undefined): number | undefined {
  const text = flag ?? variable
  if (text === undefined) return undefined
  const count = countOf(text)
  if (count !== undefined) return count
  const rule = `must be a number from 1 to ${maxWorkers}, or auto`
  throw flag === undefined ? new CommandError(`WORKERS ${rule}`) : new UsageError(`--workers ${rule}.`)
}

function countOf(text: string): number | undefined {
  if (text === 'auto') return Math.min(availableParallelism(), maxWorkers)
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= maxWorkers ? count : undefined
}
