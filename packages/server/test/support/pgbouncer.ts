/** pgbouncer for tests, before the tests' PostgreSQL: every transaction gets another of its few connections. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../../test/support/free-port.ts'
import { endProgram, findProgram, isListening, startProgram } from './programs.ts'

export interface Pgbouncer {
  /** The URL that leads to the same database through pgbouncer. */
  readonly through: (url: string) => string
  readonly stop: () => Promise<void>
}

export const howToGetPgbouncer =
  'pgbouncer is missing. Install it (Debian: apt-get install pgbouncer; macOS: brew install pgbouncer).'

/** In transaction mode. `server` is the PostgreSQL. `undefined` when there is none: `howToGetPgbouncer`. */
export async function startPgbouncer(server: string): Promise<Pgbouncer | undefined> {
  const program = findProgram('pgbouncer')
  if (program === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pgbouncer-'))
  const port = await freePort()
  const config = join(folder, 'pgbouncer.ini')
  writeFileSync(config, configuration(new URL(server), port))
  // It does not run as root, and then reads the file as somebody else.
  chmodSync(folder, 0o755)
  const asNobody = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = await startProgram(program, ['-q', ...asNobody, config], () => isListening({ port, host: '127.0.0.1' }))
  return {
    through: (url) => {
      const changed = new URL(url)
      changed.port = String(port)
      return changed.href
    },
    stop: async () => {
      await endProgram(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configuration({ hostname, port: serverPort, username, password }: URL, port: number): string {
  return `
[databases]
* = host=${hostname} port=${serverPort} user=${username} password=${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 3
max_client_conn = 200
`
}
