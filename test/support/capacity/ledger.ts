/** What a database has been given to do, as the database itself counts it: these figures do not depend on the load of the machine. */
import { closeSync, openSync, readSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import type { DatabaseKind } from '../../../packages/server/test/support/databases.ts'

export interface TableSize {
  readonly rows: number
  /** With its indexes. */
  readonly bytes: number
}

export interface Ledger {
  /** Transactions that have changed something, since the database was made. */
  readonly commits: () => Promise<number>
  /** Bytes of PostgreSQL's write-ahead log since the server was made; 0 on SQLite. */
  readonly logBytes: () => Promise<number>
  readonly tables: () => Promise<ReadonlyMap<string, TableSize>>
  /** Makes the room of removed rows free, as PostgreSQL's autovacuum does. SQLite needs none. */
  readonly vacuum: (tables: readonly string[]) => Promise<void>
  /** After it, PostgreSQL writes each page that is changed as a whole, once. */
  readonly checkpoint: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @param url of a database that no other program uses; with PostgreSQL, of a server that none uses */
export function openLedger(kind: DatabaseKind, url: string): Promise<Ledger> {
  return kind === 'sqlite' ? openSqliteLedger(url.slice('sqlite:'.length)) : openPostgresLedger(url)
}

async function openSqliteLedger(path: string): Promise<Ledger> {
  const database = new DatabaseSync(path)
  return {
    // https://sqlite.org/walformat.html, "The WAL-Index Header": iChange counts the transactions.
    commits: async () => {
      const header = Buffer.alloc(12)
      const file = openSync(`${path}-shm`, 'r')
      readSync(file, header)
      closeSync(file)
      return header.readUInt32LE(8)
    },
    logBytes: async () => 0,
    tables: async () => {
      const sizes = database
        .prepare(
          `select tbl_name as name, sum(pgsize) as bytes from dbstat join sqlite_master on sqlite_master.name = dbstat.name group by tbl_name`,
        )
        .all()
      return new Map(
        sizes.map(({ name, bytes }) => [String(name), { rows: rowsOf(String(name)), bytes: Number(bytes) }]),
      )
    },
    vacuum: async () => {},
    checkpoint: async () => {},
    close: async () => database.close(),
  }

  function rowsOf(table: string): number {
    return Number(Object.values(database.prepare(`select count(*) from "${table}"`).get() ?? {})[0])
  }
}

async function openPostgresLedger(url: string): Promise<Ledger> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const numberOf = async (expression: string) => Number((await client.query(`select ${expression} as n`)).rows[0]?.n)
  return {
    // A transaction gets an id when it changes something. A question for the next id takes none.
    commits: () => numberOf('pg_snapshot_xmax(pg_current_snapshot())::text::bigint'),
    logBytes: () => numberOf("pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"),
    tables: async () => {
      const { rows } = await client.query(
        'select relname as name, pg_total_relation_size(oid) as bytes from pg_class where relkind = $1 and relnamespace = $2::regnamespace',
        ['r', 'public'],
      )
      const sizes = new Map<string, TableSize>()
      for (const { name, bytes } of rows) {
        sizes.set(String(name), { rows: await numberOf(`(select count(*) from "${name}")`), bytes: Number(bytes) })
      }
      return sizes
    },
    vacuum: async (tables) => {
      await client.query(`vacuum ${tables.map((table) => `"${table}"`).join(', ')}`)
    },
    checkpoint: async () => {
      await client.query('checkpoint')
    },
    close: () => client.end(),
  }
}
