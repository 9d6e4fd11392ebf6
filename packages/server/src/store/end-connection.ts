/** Ends a connection to PostgreSQL. */
import type { Client } from 'pg'
import { withinTime } from '../within-time.ts'

/** Milliseconds. The other end, which closes the connection, may be silent. */
const limitMs = 3000

export function endConnection(client: Client): Promise<void> {
  return withinTime(
    limitMs,
    () => client.end(),
    () => {},
  )
}
