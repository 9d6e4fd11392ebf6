/** Ends the parts of the server one after another, each within its time: a database that no longer answers must not keep the process. */
import type { Log } from '../environment.ts'
import { withinTime } from '../within-time.ts'

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
  const end = () => part.end().then(() => true)
  try {
    return await withinTime(limitMs, end, () => false)
  } catch (error) {
    log.error({ err: error, part: part.name }, 'a part of the server failed to end')
    return false
  }
}
