/** Whether PostgreSQL keeps a write. It has a connection of its own, so that a full pool does not make the process look unready. */
import type { CompiledQuery } from 'kysely'
import type { PoolClient, PoolConfig } from 'pg'
import { answerInTime } from './answer-in-time.ts'
import { connectTo, createPool, isTooManyConnections } from './postgres-pool.ts'
import type { RequireSame } from './same-database.ts'

export interface PostgresProbe {
  /** Writes in one transaction. @throws the error of the driver */
  readonly write: (queries: readonly CompiledQuery[]) => Promise<void>
  readonly close: () => Promise<void>
}

export interface ProbeOptions extends PoolConfig {
  readonly connectionTimeoutMillis: number
  /** Milliseconds that an answer may take. */
  readonly limitMs: number
  /** Each time: behind a pooler, a connection may lead elsewhere after it was opened. */
  readonly requireSame: RequireSame
}

/** `borrow`: gives one of the connections that requests use. */
export function createPostgresProbe(
  url: string,
  { limitMs, requireSame, ...options }: ProbeOptions,
  borrow: () => Promise<PoolClient>,
): PostgresProbe {
  const pool = createPool(url, { ...options, max: 1 })

  /** A server without room for another connection serves this process all the same, on those that it has. */
  async function connect(): Promise<PoolClient> {
    try {
      return await connectTo(pool)
    } catch (error) {
      if (!isTooManyConnections(error)) throw error
      return await borrow()
    }
  }

  /** A connection that failed is not used again: the network may have lost it without an error. */
  async function write(queries: readonly CompiledQuery[]): Promise<void> {
    const client = await connect()
    const query = (text: string, values: readonly unknown[] = []) =>
      answerInTime(limitMs, () => client.query(text, [...values]))
    try {
      await answerInTime(limitMs, () => requireSame(client))
      await query('begin')
      for (const { sql, parameters } of queries) await query(sql, parameters)
      await query('commit')
      client.release()
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  return {
    write,
    close: async () => {
      if (!pool.ended) await pool.end()
    },
  }
}
