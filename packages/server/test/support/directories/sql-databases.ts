/** Databases with tables of an application, for one test each. MariaDB is started once, by the file that imports this one. */
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext } from 'node:test'
import { Client } from 'pg'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { sqlDirectory } from '../../../src/users/directories/sql.ts'
import type { SqlDirectoryOptions } from '../../../src/users/directories/sql-options.ts'
import { breakableProxy } from '../breakable-proxy.ts'
import { freshDatabase } from '../databases.ts'
import { type MysqlServer, startMysql } from '../mariadb.ts'

/** `undefined` when there is none: `howToGetMysql`. */
export const mysql: MysqlServer | undefined = await startMysql()
const proxy = mysql && (await breakableProxy(mysql.target))

after(async () => {
  await proxy?.close()
  await mysql?.stop()
})

export async function sqliteWith(t: TestContext, statements: string): Promise<string> {
  const { url, remove } = await freshDatabase('sqlite')
  const database = new DatabaseSync(url.slice('sqlite:'.length))
  database.exec(statements)
  database.close()
  t.after(remove)
  return url
}

export async function postgresWith(t: TestContext, statements: string): Promise<string> {
  const { url, remove } = await freshDatabase('postgres')
  t.after(remove)
  await onPostgres(url, statements)
  return url
}

export async function onPostgres(url: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

/** `undefined` when there is no server. */
export async function mysqlWith(t: TestContext, statements: string): Promise<string | undefined> {
  if (mysql === undefined || proxy === undefined) return undefined
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await mysql.run(`create database ${name} character set utf8mb4; use ${name}; ${statements}`)
  t.after(() => mysql.run(`drop database ${name}`))
  return `mysql://${mysql.login}@127.0.0.1:${proxy.port}/${name}`
}

export async function inEachDatabase(t: TestContext, statements: string): Promise<readonly string[]> {
  const urls = [await sqliteWith(t, statements), await postgresWith(t, statements), await mysqlWith(t, statements)]
  return urls.filter((url) => url !== undefined)
}

/** Options for a table with nothing special in it. */
export const people = {
  table: 'people',
  columns: { username: 'login', passwordHash: 'hash' },
  disabled: {},
} as const

/** A directory on one of the databases, closed after the test. */
export async function opened(t: TestContext, options: SqlDirectoryOptions): Promise<Directory> {
  const directory = await sqlDirectory(options).open()
  t.after(directory.close)
  return directory
}
