/** Connections for what may take long, such as migrations and moves: statements have no timeout, but end when PostgreSQL no longer responds. */
import type { PostgresPool } from 'kysely'
import type { ClientBase } from 'pg'
import { answerInTime } from './answer-in-time.ts'
import { removeSessionLimits } from './postgres-limits.ts'
import { connectTo, createPool, writerOn } from './postgres-pool.ts'
import { whileAtWork } from './while-at-work.ts'

export interface PatientPoolOptions {
  readonly connectionTimeoutMillis: number
  readonly isPooled: boolean
}

export function openPatientPool(url: string, { connectionTimeoutMillis, isPooled }: PatientPoolOptions): PostgresPool {
  const prepare = (client: ClientBase) => answerInTime(connectionTimeoutMillis, () => removeSessionLimits(client))
  // A pooler gives the session to other clients afterwards.
  const prepared = isPooled ? {} : { onConnect: prepare }
  const pool = createPool(url, { max: 2, connectionTimeoutMillis, ...prepared })
  return {
    options: pool.options,
    connect: async () => {
      const client = await connectTo(pool)
      const session = { url, processId: isPooled ? undefined : processIdOf(client) }
      return writerOn(client, (text, values) => whileAtWork(session, () => client.query(text, [...values])))
    },
    end: () => pool.end(),
  }
}

/** Not in the types of `pg`. */
function processIdOf(client: ClientBase): number | undefined {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : undefined
}
