/** SQLite through `node:sqlite`: one connection that writes, and one that reads. */
import { statSync } from 'node:fs'
import { Kysely, sql } from 'kysely'
import { type Connection, connectionTo, type Migrate, type Transact } from './connection.ts'
import { groupCommits } from './group-commits.ts'
import { connectToFile, openSqliteFile } from './open-sqlite-file.ts'
import type { Schema } from './schema.ts'
import { rememberDamage } from './sqlite-damage.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { sqliteDisk } from './sqlite-disk.ts'
import { createSqliteProbe } from './sqlite-probe.ts'
import { sqliteReader } from './sqlite-reader.ts'

/** Milliseconds without a write, after which nobody waits for the write-ahead log. */
const idleMs = 200
/** How long a read waits for another program's lock. */
const readTimeoutMs = 50

/** Opens the file. Creates a missing one if `create` is set. @throws StoreError */
export function openSqlite(path: string, create: boolean): Connection {
  const writer = openSqliteFile(path, create)
  const reading = connectToFile(path)
  const reader = sqliteReader(reading, readTimeoutMs)
  const disk = sqliteDisk(path)
  const damage = rememberDamage(path, () => {
    for (const database of [writer, reading]) database.exec('pragma shrink_memory')
  })
  let lastWriteMs = performance.now()
  const beforeWrite = () => {
    lastWriteMs = performance.now()
    reader.endSnapshot()
  }
  const db = new Kysely<Schema>({ dialect: sqliteDialect(writer, beforeWrite, damage.notice) })
  const grouped = groupCommits(db)
  const transact: Transact = async (work) => {
    try {
      return await grouped(work)
    } finally {
      // Commits are in `setImmediate`: what a request reads after one would last into the next turn.
      process.nextTick(reader.endSnapshot)
    }
  }
  return connectionTo({
    kind: 'sqlite',
    db,
    prepareRead: (text) => {
      const read = damage.notice(() => reader.prepare(text))
      return (values) => damage.notice(() => read(values))
    },
    transact,
    probe: createSqliteProbe({ path, disk, damage, transact }),
    migrate: withoutForeignKeys(db),
    // SQLite reuses the write-ahead log, but never makes it smaller by itself. Another process that reads keeps it as it is.
    tidy: async () => {
      if (performance.now() - lastWriteMs > idleMs) await sql`pragma wal_checkpoint(truncate)`.execute(db)
      return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
    },
    close: async () => {
      reader.close()
      if (writer.isOpen) writer.close()
      await disk.close()
    },
  })
}

/** Foreign keys can be switched off only outside of a transaction. The migrations check them in theirs. */
export function withoutForeignKeys(db: Kysely<Schema>): Migrate {
  return async (work) => {
    await sql`pragma foreign_keys = off`.execute(db)
    try {
      return await work(db)
    } finally {
      await sql`pragma foreign_keys = on`.execute(db)
    }
  }
}
