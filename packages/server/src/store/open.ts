/** Opens the database that DATABASE_URL names. */
import { type CompiledQuery, sql } from 'kysely'
import type { Connection } from './connection.ts'
import { type ItemsTable, itemsTable } from './items.ts'
import { migrate, migrationTable, requireCurrentSchema } from './migrate.ts'
import { type SigningKeysTable, signingKeysTable } from './signing-keys.ts'
import { openSqlite } from './sqlite.ts'
import { type ThrottleTable, throttleTable } from './throttle.ts'
import { type TracesTable, tracesTable } from './traces.ts'
import { type UsersTable, usersTable } from './users.ts'

export interface Store {
  readonly users: UsersTable
  readonly items: ItemsTable
  readonly signingKeys: SigningKeysTable
  readonly throttle: ThrottleTable
  readonly traces: TracesTable
  /** Runs `work` on the same tables in one transaction, undone when it throws. */
  readonly transaction: <Result>(
    work: (store: Pick<Store, 'users' | 'items' | 'throttle'>) => Promise<Result>,
  ) => Promise<Result>
  /** Rejects when the database does not answer. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

/** `sqlite:` and a path, or `postgres://...`; `migrate` says whether to create and update, or to require what is there. */
export interface StoreOptions {
  readonly url: string
  readonly migrate: boolean
}

/** Opens and checks the database. @throws StoreError with a message for the operator */
export async function openStore(options: StoreOptions): Promise<Store> {
  const connection = await connect(options)
  try {
    if (options.migrate) await migrate(connection)
    else await requireCurrentSchema(connection)
  } catch (error) {
    await connection.close()
    throw error
  }
  return storeOn(connection)
}

/** Runs the pending migrations of the database and closes it. Answers their names. @throws StoreError */
export async function migrateStore(url: string): Promise<readonly string[]> {
  const connection = await connect({ url, migrate: true })
  try {
    return await migrate(connection)
  } finally {
    await connection.close()
  }
}

async function connect(options: StoreOptions): Promise<Connection> {
  if (options.url.startsWith('sqlite:')) return openSqlite(options.url.slice('sqlite:'.length), options.migrate)
  // Loaded where it is used: it costs a process on SQLite 12 MB.
  const { openPostgres } = await import('./postgres.ts')
  return openPostgres(options.url)
}

function storeOn(connection: Connection): Store {
  return {
    users: usersTable(connection),
    items: itemsTable(connection),
    signingKeys: signingKeysTable(connection),
    throttle: throttleTable(connection),
    traces: tracesTable(connection),
    transaction: (work) =>
      connection.db.transaction().execute((db) => {
        const inside: Connection = {
          ...connection,
          db,
          read: async <Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]) =>
            (await db.executeQuery<Row>({ ...query, parameters })).rows,
        }
        return work({ users: usersTable(inside), items: itemsTable(inside), throttle: throttleTable(inside) })
      }),
    ping: async () => {
      await sql`select count(*) from ${sql.table(migrationTable)}`.execute(connection.db)
    },
    close: connection.close,
  }
}
