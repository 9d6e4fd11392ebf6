/** Users in a table of an existing application: PostgreSQL, MySQL, MariaDB or SQLite. */
import { systemClock } from '../../environment.ts'
import { declareDirectory } from './declare.ts'
import type { DirectoryDeclaration } from './directory.ts'
import { checkSqlOptions } from './sql/check-options.ts'
import { mappingOf } from './sql/mapping.ts'
import { kindOf, normalizeSqlUrl, openDatabase } from './sql/open-database.ts'
import { sqlDirectoryOn } from './sql/sql-directory.ts'
import type { SqlDirectoryOptions } from './sql-options.ts'

const names = ['url', 'preset', 'table', 'columns', 'disabled', 'usernameCase', 'where', 'groups', 'realm', 'writable']

/**
 * Declares a directory in an SQL database. MySQL and MariaDB need the package `mysql2`.
 * @throws OptionsError with everything that is wrong with the options
 */
export function sqlDirectory(options: SqlDirectoryOptions): DirectoryDeclaration {
  const declaration = declareDirectory('sql', options, names, (checks) => checkSqlOptions(options, checks))
  const { writable = false } = options
  return {
    ...declaration,
    writable,
    open: async () => {
      const url = normalizeSqlUrl(options.url)
      const kind = kindOf(url) ?? 'sqlite'
      // The driver gives up a little before the time limit of the directory, so that its reason is known.
      const settings = { url, isWritable: writable, timeoutMs: declaration.timeout * 900 }
      return sqlDirectoryOn(await openDatabase(kind, settings), mappingOf(options, kind), writable, systemClock)
    },
  }
}
