/** A snapshot of a PostgreSQL database: a transaction that reads, with a cursor for each table. */
import { Client } from 'pg'
import { answerInTime } from './answer-in-time.ts'
import { endConnection } from './end-connection.ts'
import { migrationTable } from './migration-state.ts'
import { keptAlive } from './pool-settings.ts'
import { withoutLimits } from './postgres-limits.ts'
import { int8As } from './postgres-types.ts'
import { listed, type Snapshot, snapshotBatch, tooLarge } from './snapshot.ts'
import type { StoredValue } from './statement.ts'
import { whileAtWork } from './while-at-work.ts'

/** Milliseconds, for the connection and for each of the first answers. */
const connectMs = 3000

function exactNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw tooLarge(text)
  return number
}

/** @throws the driver's error when the database cannot be reached */
export async function openPostgresSnapshot(url: string): Promise<Snapshot> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    ...keptAlive,
    application_name: 'countersign snapshot',
    types: int8As(exactNumber),
  })
  // Without a listener, the loss of an idle connection would end the process. The next query fails.
  client.on('error', () => {})
  await client.connect()
  const processId = await begin(client).catch(async (error: unknown) => {
    await endConnection(client)
    throw error
  })

  const read = (text: string, values: readonly StoredValue[] = []) =>
    whileAtWork({ url, processId }, () => client.query<StoredValue[]>({ text, values: [...values], rowMode: 'array' }))

  return {
    kind: 'postgres',
    migrations: async () =>
      (await read(`select name from ${migrationTable} order by name`)).rows.map(([name]) => String(name)),
    count: async (table) => Number((await read(`select count(*) from "${table}"`)).rows[0]?.[0]),
    columns: async (table) => (await read(`select * from "${table}" limit 0`)).fields.map(({ name }) => name),
    rows: async function* (table, columns) {
      await read(`declare rows no scroll cursor for select ${listed(columns)} from "${table}"`)
      for (;;) {
        const { rows } = await read(`fetch ${snapshotBatch} from rows`)
        if (rows.length === 0) break
        yield rows
      }
      await read('close rows')
    },
    query: async (text, values) => (await read(text, values)).rows,
    close: () => endConnection(client),
  }
}

/** Returns the id of the process of PostgreSQL that has the transaction: behind a pooler each transaction may have another one. */
async function begin(client: Client): Promise<number> {
  const ask = (text: string) => answerInTime(connectMs, () => client.query(text))
  await ask('begin isolation level repeatable read, read only')
  // A slow disk under the backup must not end the transaction.
  await ask(withoutLimits(true))
  const { rows } = await ask('select pg_backend_pid() as id')
  return rows[0]?.id
}
