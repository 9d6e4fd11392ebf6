/** The first pass of a move: copies whole tables from a snapshot of the source, while its servers go on. */
import { sql } from 'kysely'
import type { Snapshot } from '../snapshot.ts'
import type { Columns } from './apply-changes.ts'
import { inTransaction } from './in-transaction.ts'
import { moveRows } from './move-rows.ts'
import { type MovedTable, movedTables } from './moved-tables.ts'
import { markCopied, requireRunner } from './records.ts'
import type { Side } from './sides.ts'
import { despiteRefusal } from './write-refusal.ts'

export interface Copying {
  readonly source: Snapshot
  readonly target: Side
  readonly runner: string
  readonly columns: Columns
  /** The tables that a former run has copied. */
  readonly copied: readonly MovedTable[]
  /** Called with how many more rows were copied. */
  readonly onRows: (count: number) => void
}

/** Each table in a transaction of its own: an interrupted move continues with the table that it was interrupted at. */
export async function copyTables({ source, target, runner, columns, copied, onRows }: Copying): Promise<void> {
  const { kind } = target.connection
  for (const [at, table] of movedTables.entries()) {
    if (copied.includes(table)) continue
    await inTransaction(target, async (db) => {
      await requireRunner(db, 'target', runner)
      const names = columns.get(table) ?? []
      await despiteRefusal(db, async () => {
        for await (const rows of source.rows(table, names)) {
          await moveRows({ db, kind }, { table, columns: names, rows })
          onRows(rows.length)
        }
      })
      await markCopied(db, movedTables.slice(0, at + 1))
    })
  }
  // PostgreSQL knows nothing of the new rows yet, and would read whole tables to find one.
  if (kind === 'postgres') {
    const tables = sql.join(movedTables.map((table) => sql.table(table)))
    await inTransaction(target, (db) => sql`analyze ${tables}`.execute(db))
  }
}
