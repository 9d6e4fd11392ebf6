/** Ends the parts of the server one after another, each within its time: a database that no longer answers must not keep the process. */
import type { Log } from '../environment.ts'

const limitMs = 3000

export interface Part {
  /** For the log: `database`. */
  readonly name: string
  readonly end: () => Promise<unknown>
}

/** Returns the names of the parts that had not ended in their time, or that failed to. */
export async function endInTime(parts: readonly Part[], log: Log): Promise<readonly string[]> {
  const unfinished: string[] = []
  for (const part of parts) if (!(await ends(part, log))) unfinished.push(part.name)
  return unfinished
}

async function ends(part: Part, log: Log): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => limit.resolve(false), limitMs)
  try {
    return await Promise.race([part.end().then(() => true), limit.promise])
  } catch (error) {
    log.error({ err: error, part: part.name }, 'a part of the server failed to end')
    return false
  } finally {
    clearTimeout(timer)
  }
}
