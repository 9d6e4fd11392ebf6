/** Directories to measure, each on a real server of its own: `directoryLogin` can log in with each of them. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { howToGetMongo, startMongo } from '../../packages/server/test/support/mongodb.ts'
import { howToGetSlapd, startSlapd, suffix } from '../../packages/server/test/support/slapd.ts'
import { startServing } from './processes.ts'
import { type ConfiguredDirectory, type Login, login } from './server-process.ts'

export interface RunningDirectory {
  readonly configured: ConfiguredDirectory
  readonly stop: () => Promise<void> | void
}

/** What to install. */
export interface MissingServer {
  readonly howToGet: string
}

/** Starts it. SQL and MongoDB have this hash of the password. */
type Start<Started> = (passwordHash: string) => Promise<Started>

export const directoryLogin: Login = { ...login, username: 'mira' }

const { username, password } = directoryLogin
const email = 'mira@example.com'
const fullName = 'Mira Okafor'

export const startSql: Start<RunningDirectory> = async (passwordHash) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  const path = join(folder, 'shop.db')
  const database = new DatabaseSync(path)
  database.exec(
    'create table users (id integer primary key, username text unique, email text, full_name text, password text)',
  )
  database.prepare('insert into users values (7, ?, ?, ?, ?)').run(username, email, fullName, passwordHash)
  database.close()
  const columns = { username: 'username', email: 'email', fullName: 'full_name', passwordHash: 'password' }
  return {
    configured: { by: 'sqlDirectory', options: { url: `sqlite:${path}`, table: 'users', columns, disabled: {} } },
    stop: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const startMongodb: Start<RunningDirectory | MissingServer> = async (passwordHash) => {
  const server = await startMongo()
  if (server === undefined) return { howToGet: howToGetMongo }
  const name = `bench_${process.pid}`
  const database = server.client.db(name)
  const users = database.collection('users')
  await users.createIndex({ username: 1 })
  // The names are those of the tutorial, which the directory reads by default.
  await users.insertOne({ username, email, full_name: fullName, hashed_password: passwordHash, disabled: false })
  return {
    configured: { by: 'mongoDirectory', options: { url: server.url(`/${name}`) } },
    stop: async () => {
      await database.dropDatabase()
      await server.stop()
    },
  }
}

const startLdap: Start<RunningDirectory | MissingServer> = async () => {
  const server = await startSlapd()
  if (server === undefined) return { howToGet: howToGetSlapd }
  const names = { uid: username, cn: fullName, sn: 'Okafor', mail: email }
  await server.add(`uid=${username},${suffix}`, { objectClass: 'inetOrgPerson', ...names, userPassword: password })
  const options = { url: `ldap://127.0.0.1:${server.port}`, preset: 'openldap', baseDn: suffix, ...server.reader }
  return { configured: { by: 'ldapDirectory', options }, stop: server.stop }
}

const startHttp: Start<RunningDirectory> = async () => {
  const secret = `whsec_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')}`
  const user = { key: '7', username, email, full_name: fullName, disabled: false }
  const service = await startServing({
    args: [fileURLToPath(new URL('peers/directory-service.ts', import.meta.url))],
    environment: {
      DIRECTORY_SECRET: secret,
      DIRECTORY_USER: JSON.stringify(user),
      DIRECTORY_PASSWORD: password,
    },
  })
  const url = new URL('/directory', service.url).href
  return { configured: { by: 'httpDirectory', options: { url, secret } }, stop: service.stop }
}

/** By name. */
export const directoryKinds: Readonly<Record<string, Start<RunningDirectory | MissingServer>>> = {
  SQL: startSql,
  MongoDB: startMongodb,
  LDAP: startLdap,
  HTTP: startHttp,
}
