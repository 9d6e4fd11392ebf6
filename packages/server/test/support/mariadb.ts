/**
 * MySQL for tests: the server of `MYSQL_URL`, or else a private MariaDB of the program that is installed, with its own files, on a socket in
 * them. An empty database is made once, and copied for each start.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import type { NetConnectOpts } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createConnection } from 'mysql2/promise'
import { endProgram, findProgram, startProgram } from './programs.ts'

export interface MysqlServer {
  /** Where it listens. */
  readonly target: NetConnectOpts
  /** The user and the password, as a URL has them before `@`. */
  readonly login: string
  /** The user `tls` connects only with TLS; the certificate is of no authority. */
  readonly hasTls: boolean
  /** Runs statements that are separated by semicolons. */
  readonly run: (statements: string, database?: string) => Promise<void>
  readonly stop: () => Promise<void>
}

export const howToGetMysql =
  'MariaDB is missing. Install it (Debian: apt-get install mariadb-server; macOS: brew install mariadb), or set MYSQL_URL to a server whose user may create databases.'

const cache = fileURLToPath(new URL('../../../../node_modules/.cache/countersign', import.meta.url))
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : []
const password = 'pass:word@1'

/** `undefined` when there is none: `howToGetMysql`. */
export async function startMysql(): Promise<MysqlServer | undefined> {
  const url = process.env['MYSQL_URL']
  if (url !== undefined) return running(new URL(url))
  const program = findProgram('mariadbd')
  const installer = findProgram('mariadb-install-db')
  return program && installer ? await startMariadb(program, installer) : undefined
}

function running({ hostname, port, username, password: secret }: URL): MysqlServer {
  const target = { host: hostname, port: Number(port || 3306) }
  const login = { user: decodeURIComponent(username), password: decodeURIComponent(secret) }
  return {
    target,
    login: `${username}:${secret}`,
    hasTls: false,
    run: runner({ ...target, ...login }),
    stop: async () => {},
  }
}

async function startMariadb(program: string, installer: string): Promise<MysqlServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mariadb-'))
  const data = join(folder, 'data')
  cpSync(preparedData(program, installer), data, { recursive: true })
  const path = join(folder, 'socket')
  const settings = ['--skip-networking', '--skip-log-bin', '--innodb-flush-log-at-trx-commit=0', '--sync-frm=0']
  const certificate = makeCertificate(folder)
  const args = ['--no-defaults', `--datadir=${data}`, `--socket=${path}`, ...settings, ...certificate, ...asRoot]
  const run = runner({ socketPath: path, user: 'root', password: '' })
  const isReady = () =>
    run('select 1').then(
      () => true,
      () => false,
    )
  const child = await startProgram(program, args, isReady)
  await run(`create user 'app'@'%' identified by '${password}'; grant all on *.* to 'app'@'%'`)
  if (certificate.length > 0) await run("create user 'tls'@'%' require ssl; grant select on *.* to 'tls'@'%'")
  return {
    target: { path },
    login: `app:${encodeURIComponent(password)}`,
    hasTls: certificate.length > 0,
    run,
    stop: async () => {
      await endProgram(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The options for a certificate that the server signs itself; none where the command openssl is missing. */
function makeCertificate(folder: string): readonly string[] {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1']
  const { status } = spawnSync('openssl', [...request, '-keyout', key, '-out', certificate])
  return status === 0 ? [`--ssl-key=${key}`, `--ssl-cert=${certificate}`] : []
}

/** A rename lets another test file at the same time win. */
function preparedData(program: string, installer: string): string {
  const version = spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout.match(/\d+\.\d+\.\d+/)?.[0]
  const prepared = join(cache, `mariadb-${version}`)
  if (existsSync(prepared)) return prepared
  const made = `${prepared}-${process.pid}`
  const options = ['--no-defaults', `--datadir=${made}`, '--auth-root-authentication-method=normal', '--skip-test-db']
  const { status, stdout, stderr } = spawnSync(installer, [...options, ...asRoot], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${installer} failed: ${stdout}${stderr}`)
  if (existsSync(prepared)) rmSync(made, { recursive: true })
  else renameSync(made, prepared)
  return prepared
}

function runner(options: object): MysqlServer['run'] {
  return async (statements, database) => {
    const connection = await createConnection({
      ...options,
      multipleStatements: true,
      ...(database ? { database } : {}),
    })
    try {
      await connection.query(statements)
    } finally {
      await connection.end()
    }
  }
}
