/**
 * MongoDB for tests: the server of `MONGODB_URL`, or a private `mongod` of this machine, or FerretDB, which the set-up builds: it has the
 * protocol of MongoDB and keeps its data in SQLite. What it does not have, the tests that meet it say.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { freePort } from '../../../../test/support/free-port.ts'
import { type BreakableProxy, breakableProxy } from './breakable-proxy.ts'
import { endProgram, findProgram, isListening, startProgram } from './programs.ts'

export interface MongoServer {
  /** A URL to the server, with this path and query: `/shop`. */
  readonly url: (path: string) => string
  readonly proxy: BreakableProxy
  /** For the tests themselves, beside the proxy. */
  readonly client: MongoClient
  /** It has no collations, and plans of another form. */
  readonly isFerretdb: boolean
  readonly stop: () => Promise<void>
}

export const howToGetMongo =
  'MongoDB is missing. Install mongod (https://www.mongodb.com/docs/manual/installation/) or Go (https://go.dev/dl), with which npm test builds FerretDB, or set MONGODB_URL to a server.'

const ferretdb = fileURLToPath(new URL('../../../../node_modules/.cache/countersign/ferretdb-1.24.0', import.meta.url))

/** `undefined` when there is none: `howToGetMongo`. */
export async function startMongo(): Promise<MongoServer | undefined> {
  const given = process.env['MONGODB_URL']
  if (given !== undefined) {
    const { hostname, port, username, password, search } = new URL(given)
    const login = username === '' ? '' : `${username}:${password}@`
    return await serverAt({ host: hostname, port: Number(port || 27017) }, login, search.slice(1), async () => {})
  }
  const mongod = findProgram('mongod')
  if (mongod !== undefined) return await startPrivate((folder) => startMongod(mongod, folder))
  return existsSync(ferretdb) ? await startPrivate(startFerretdb) : undefined
}

interface Started {
  readonly target: NetConnectOpts
  readonly end: () => Promise<void>
}

async function startPrivate(start: (folder: string) => Promise<Started>): Promise<MongoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mongodb-'))
  const { target, end } = await start(folder)
  return await serverAt(target, '', '', async () => {
    await end()
    rmSync(folder, { recursive: true, force: true })
  })
}

async function startMongod(program: string, folder: string): Promise<Started> {
  const target = { host: '127.0.0.1', port: await freePort() }
  const args = ['--dbpath', folder, '--port', String(target.port), '--bind_ip', target.host]
  const child = await startProgram(program, args, () => isListening(target))
  return { target, end: () => endProgram(child) }
}

async function startFerretdb(folder: string): Promise<Started> {
  const target = { path: join(folder, 'server.sock') }
  const child = await startProgram(ferretdb, [folder, target.path], () => isListening(target))
  return { target, end: () => endProgram(child) }
}

async function serverAt(
  target: NetConnectOpts,
  login: string,
  query: string,
  end: () => Promise<void>,
): Promise<MongoServer> {
  const direct = await breakableProxy(target)
  const proxy = await breakableProxy(target)
  const urlOf = (port: number, path: string) => {
    const [place, more] = path.split('?')
    const options = ['directConnection=true', query, more].filter(Boolean)
    return `mongodb://${login}127.0.0.1:${port}${place}?${options.join('&')}`
  }
  const client = new MongoClient(urlOf(direct.port, '/'))
  const info = await client.db('admin').command({ buildInfo: 1 })
  return {
    url: (path) => urlOf(proxy.port, path),
    proxy,
    client,
    isFerretdb: 'ferretdb' in info || 'ferretdbVersion' in info,
    stop: async () => {
      await client.close()
      await proxy.close()
      await direct.close()
      await end()
    },
  }
}
