/** A directory in a database of others, which is open. */
import type { Clock } from '../../../environment.ts'
import type { Directory, DirectoryUser } from '../directory.ts'
import { type StoredFields, toDirectoryUser } from '../directory-user.ts'
import { remembered } from '../remembered.ts'
import { canBeNamed, maxNamesakes, theOneNamed } from '../the-one-named.ts'
import { usableUsers } from '../usable-users.ts'
import { inspectSql } from './inspect.ts'
import { type Mapping, withColumns } from './mapping.ts'
import { memberships, type Row, updatePassword, usersAfter, usersByKeys, usersByName } from './queries.ts'
import { storedFields } from './row-user.ts'
import type { SqlDatabase } from './sql-database.ts'
import { canHave, tableColumns } from './table-columns.ts'

/** The mapping for the columns that the table has, and whether a text can be a key or a username. */
interface KnownTable {
  readonly used: Mapping
  readonly isKey: (text: string) => boolean
  readonly isUsername: (text: string) => boolean
}

/** `now` is in seconds. */
export function sqlDirectoryOn(database: SqlDatabase, mapping: Mapping, isWritable: boolean, now: Clock): Directory {
  const { run } = database
  const table = remembered(async (): Promise<KnownTable> => {
    const columns = await tableColumns(run, mapping.kind, mapping.table)
    return {
      used: withColumns(mapping, columns),
      isKey: (text) => canHave(mapping.kind, columns.get(mapping.key)?.type, text),
      // A column of SQLite can have anything.
      isUsername: (text) =>
        mapping.kind === 'sqlite' || canHave(mapping.kind, columns.get(mapping.username)?.type, text),
    }
  })

  async function fieldsOf(used: Mapping, rows: readonly Row[]): Promise<readonly StoredFields[]> {
    const keyOf = (row: Row) => String(row[used.key])
    const query = memberships(used, rows.map(keyOf))
    const members = query === undefined ? [] : await run(query)
    return rows.map((row) => {
      const groups = members.filter(({ user }) => String(user) === keyOf(row)).map(({ name }) => name)
      return storedFields(used, row, groups, now())
    })
  }

  return {
    find: async (username) => {
      if (!canBeNamed(username)) return undefined
      const { used, isUsername } = await table()
      // Anybody may type anything: it must not look as if the database failed.
      if (!isUsername(username)) return undefined
      const rows = await run(usersByName(used, username, maxNamesakes))
      const row = theOneNamed(rows, username, (each) => each[used.username])
      const [fields] = row === undefined ? [] : await fieldsOf(used, [row])
      return fields && toDirectoryUser(fields)
    },
    read: async (keys) => {
      const { used, isKey } = await table()
      const possible = keys.filter(isKey)
      if (possible.length === 0) return []
      const users = usableUsers(await fieldsOf(used, await run(usersByKeys(used, possible))))
      // A database may convert a key before it compares: MySQL finds the number 1 for '01'.
      return users.filter(({ key }) => possible.includes(key))
    },
    list: async (after, max, signal) => {
      const { used } = await table()
      const users: DirectoryUser[] = []
      for (let last = after; ; ) {
        signal.throwIfAborted()
        const rows = await run(usersAfter(used, last, max))
        users.push(...usableUsers(await fieldsOf(used, rows)))
        if (rows.length < max || users.length >= max) return users.slice(0, max)
        last = String(rows.at(-1)?.[used.key])
      }
    },
    ...(isWritable ? { setPasswordHash: writePassword(database, mapping) } : {}),
    inspect: () => inspectSql(database, mapping),
    close: database.close,
  }
}

function writePassword({ run }: SqlDatabase, mapping: Mapping): NonNullable<Directory['setPasswordHash']> {
  return async (key, hash) => {
    if (mapping.writeHash === undefined) throw new Error('The program that made the tables reads no hash of ours.')
    await run(updatePassword(mapping, key, mapping.writeHash(hash)))
  }
}
