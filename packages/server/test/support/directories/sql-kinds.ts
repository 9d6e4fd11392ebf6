/** The table `people` in each SQL database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { sqlDirectory } from '../../../src/users/directories/sql.ts'
import { breakableProxy } from '../breakable-proxy.ts'
import { freshDatabase } from '../databases.ts'
import { howToGetMysql, startMysql } from '../mariadb.ts'
import type { DirectoryKind, RunningKind } from './kind.ts'
import type { Person } from './people.ts'

export const sqlKinds: readonly DirectoryKind[] = [
  { name: 'SQLite', howToGet: '', isFile: true, start: startSqlite },
  { name: 'PostgreSQL', howToGet: '', isFile: false, start: startPostgres },
  { name: 'MySQL', howToGet: howToGetMysql, isFile: false, start: startMysqlKind },
]

async function startSqlite(): Promise<RunningKind> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-directory-'))
  const path = join(folder, 'app.db')
  const database = new DatabaseSync(path)
  return {
    declare: declareWith(`sqlite:${path}`),
    fill: async (people, options) => database.exec(statements(people, options)),
    foldsCase: false,
    maxConnections: 5,
    secret: 'none',
    stop: async () => {
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}

async function startPostgres(): Promise<RunningKind> {
  const { url, remove } = await freshDatabase('postgres')
  const { hostname, port, pathname } = new URL(url)
  const proxy = await breakableProxy({ host: hostname, port: Number(port) })
  const client = new Client({ connectionString: url })
  await client.connect()
  return {
    declare: declareWith(`postgres://postgres:postgres@127.0.0.1:${proxy.port}${pathname}`),
    fill: async (people, options) => {
      await client.query(statements(people, options))
    },
    foldsCase: false,
    maxConnections: 5,
    proxy,
    secret: ':postgres@',
    stop: async () => {
      await client.end()
      await proxy.close()
      await remove()
    },
  }
}

async function startMysqlKind(): Promise<RunningKind | undefined> {
  const server = await startMysql()
  if (server === undefined) return undefined
  const proxy = await breakableProxy(server.target)
  const name = `test_${process.pid}`
  await server.run(`create database ${name} character set utf8mb4`)
  return {
    declare: declareWith(`mysql://${server.login}@127.0.0.1:${proxy.port}/${name}`),
    fill: (people, options) => server.run(statements(people, options).replaceAll('\\', '\\\\'), name),
    // By the default collation of the column.
    foldsCase: true,
    maxConnections: 5,
    proxy,
    secret: server.login.split(':')[1] ?? '',
    stop: async () => {
      await server.run(`drop database ${name}`)
      await proxy.close()
      await server.stop()
    },
  }
}

function declareWith(url: string): RunningKind['declare'] {
  return (options) =>
    sqlDirectory({
      url,
      table: 'people',
      columns: {
        username: 'login',
        email: 'mail',
        emailVerified: 'mail_verified',
        fullName: 'full_name',
        passwordHash: 'hash',
      },
      disabled: { is_blocked: true },
      ...options,
    })
}

/** What all three databases understand. */
function statements(people: readonly Person[], options = { hasIndex: true }): string {
  const rows = people.map(
    ({ id, username, email, isVerified = false, fullName, passwordHash, isDisabled = false }) =>
      `insert into people values (${id}, ${text(username)}, ${text(email)}, ${isVerified}, ${text(fullName)}, ${text(passwordHash)}, ${isDisabled})`,
  )
  const table = `create table people (id integer primary key, login varchar(255), mail varchar(320), mail_verified boolean,
    full_name varchar(255), hash varchar(255), is_blocked boolean)`
  const index = options.hasIndex ? ['create index people_login on people (login)'] : []
  return ['drop table if exists people', table, ...index, ...rows].join(';\n')
}

function text(value: string | undefined): string {
  return value === undefined ? 'null' : `'${value.replaceAll("'", "''")}'`
}
