/** The end of a connection to PostgreSQL: it says so, and waits for the other end, which may be silent. */
import type { Client } from 'pg'
import { withinTime } from '../within-time.ts'

/** Milliseconds. */
const limitMs = 3000

export function endConnection(client: Client): Promise<void> {
  return withinTime(
    limitMs,
    () => client.end(),
    () => {},
  )
}
