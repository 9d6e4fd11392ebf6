/** Remembers that a read or a write met damage: a write elsewhere in the file may still succeed. */
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { problemOf } from './database-problem.ts'

/** Bytes. Checking a larger file takes too long at the start, and while requests wait. */
export const quickCheckLimit: number = 64 * 1024 * 1024

/** Between two checks of a damaged file. Each keeps requests waiting. */
const checkIntervalMs = 3000

export interface Damage {
  /** Calls `work`. Remembers an error that means damage, and throws it again. */
  readonly notice: <Result>(work: () => Result) => Result
  /** Whether damage was met, and the file was not found whole since then. A file that is too large to check stays damaged until the restart. */
  readonly isThere: () => boolean
}

/** `forgetPages` is called when the file is whole again: connections keep the pages that they have read, damaged ones too. */
export function rememberDamage(path: string, forgetPages: () => void): Damage {
  let isMet = false
  let checkedAt = Number.NEGATIVE_INFINITY
  return {
    notice: (work) => {
      try {
        return work()
      } catch (error) {
        if (problemOf(error) === 'damaged') isMet = true
        throw error
      }
    },
    isThere: () => {
      if (isMet && performance.now() - checkedAt >= checkIntervalMs) {
        isMet = !isWhole(path)
        if (!isMet) forgetPages()
        checkedAt = performance.now()
      }
      return isMet
    },
  }
}

/** On a connection of its own: those that serve may have the pages from before the damage in memory. */
function isWhole(path: string): boolean {
  try {
    if (statSync(path).size > quickCheckLimit) return false
    const database = new DatabaseSync(path, { readOnly: true })
    try {
      return Object.values(database.prepare('pragma quick_check(1)').get() ?? {})[0] === 'ok'
    } finally {
      database.close()
    }
  } catch {
    // The file is missing, or too damaged to be checked.
    return false
  }
}
