/** What a password check costs on this machine, and how long logins wait when many come at once. */
import { createPasswordPool } from '../../passwords/pool.ts'
import { counted, type Finding, notesOf } from './finding.ts'

export interface HashingFacts {
  /** For one hash. */
  readonly seconds: number
  readonly cores: number
  readonly workers: number
  readonly queueLimit: number
}

const notes = notesOf('passwords')

/** Seconds. Browsers and proxies give up later, users sooner. */
const maxWait = 10

/** The second hash counts: the first one also starts the thread. */
export async function timeHash(): Promise<number> {
  const pool = createPasswordPool({ workers: 1 })
  try {
    await pool.hash('a first password')
    const startedAt = performance.now()
    await pool.hash('a second password')
    return (performance.now() - startedAt) / 1000
  } finally {
    await pool.close()
  }
}

export function checkHashing({ seconds, cores, workers, queueLimit }: HashingFacts): readonly Finding[] {
  const atOnce = Math.min(workers, cores)
  const wait = (queueLimit * seconds) / atOnce
  const perSecond = (count: number) => Math.max(1, Math.round(count / seconds))
  const message = `One password check takes ${Math.round(seconds * 1000)} ms: ${perSecond(1)} logins a second on a core, ${perSecond(atOnce)} here. The last of a full queue (${queueLimit}) waits ${wait.toFixed(1)} s.`
  if (workers > cores) {
    const fix = `Set passwordWorkers to ${cores} or less, or leave it out.`
    return [notes.warning(`${message} There are ${workers} workers for ${counted(cores, 'core')}.`, fix)]
  }
  if (wait > maxWait) {
    return [
      notes.warning(message, `Set passwordQueueLimit to ${Math.floor((maxWait * atOnce) / seconds)}, or add cores.`),
    ]
  }
  return [notes.ok(message)]
}
