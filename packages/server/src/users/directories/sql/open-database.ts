/** Opens the database that a URL names. */
import { normalizeDatabaseUrl } from '../../../config/database-url.ts'
import { openMysql } from './mysql.ts'
import { openPostgres } from './postgres.ts'
import type { SqlKind } from './preset.ts'
import type { DatabaseSettings, SqlDatabase } from './sql-database.ts'
import { openSqlite } from './sqlite.ts'

/** The kind by the URL, as `normalizeSqlUrl` has made it; `undefined` when it is of another kind. */
export function kindOf(url: string): SqlKind | undefined {
  if (/^postgres(ql)?:/.test(url)) return 'postgres'
  if (/^(mysql|mariadb):/.test(url)) return 'mysql'
  return url.startsWith('sqlite:') ? 'sqlite' : undefined
}

/** URLs of SQLAlchemy name a Python driver, which says nothing about the database. */
export function normalizeSqlUrl(url: string): string {
  return normalizeDatabaseUrl(url).replace(/^(mysql|mariadb)\+\w+:/, '$1:')
}

/**
 * Connects at the first query.
 * @throws Error that says which package is missing
 */
export async function openDatabase(kind: SqlKind, settings: DatabaseSettings): Promise<SqlDatabase> {
  switch (kind) {
    case 'postgres':
      return await openPostgres(settings)
    case 'mysql':
      return await openMysql(settings)
    case 'sqlite':
      return openSqlite(settings)
  }
}
