/** Checks whether an SQLite file keeps a write, and finds what prevents it. */
import type { CompiledQuery, Kysely } from 'kysely'
import type { Database, Transact } from './connection.ts'
import { problemOf } from './database-problem.ts'
import type { Schema } from './schema.ts'
import type { Damage } from './sqlite-damage.ts'
import type { SqliteDisk } from './sqlite-disk.ts'
import { isDiskFull, sqliteFiles } from './sqlite-files.ts'
import { problemBehind } from './sqlite-refusals.ts'

export interface SqliteProbeOptions {
  readonly path: string
  readonly disk: SqliteDisk
  readonly damage: Damage
  readonly transact: Transact
}

/** Call it when the file is open: from here on a file in its place is noticed. */
export function createSqliteProbe({ path, disk, damage, transact }: SqliteProbeOptions): Database['probe'] {
  const files = sqliteFiles(path)
  const damagedOrUnreadable = async () => ((await disk.isUnreadable()) ? 'io_error' : 'damaged')
  return async (queries) => {
    if (!files.areInPlace()) return 'moved'
    if (damage.isThere()) return await damagedOrUnreadable()
    if (isDiskFull(path)) return 'full'
    try {
      await transact((inside) => runAll(inside, queries))
      return undefined
    } catch (error) {
      const problem = problemBehind(path, problemOf(error))
      if (problem === undefined) throw error
      return problem === 'damaged' ? await damagedOrUnreadable() : problem
    }
  }
}

export async function runAll(db: Kysely<Schema>, queries: readonly CompiledQuery[]): Promise<void> {
  for (const query of queries) await db.executeQuery(query)
}
