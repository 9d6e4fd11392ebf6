/** Starts one PostgreSQL for the whole test run, prepares the databases that every test file copies, and names the shared folder. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeTemplates } from '../../packages/server/test/support/template.ts'
import { type RunningPostgres, startPostgres } from './embedded-postgres.ts'

const settings = [
  'max_connections=300',
  // No data has to survive a crash of the machine.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  // The databases are removed before this would help.
  'autovacuum=off',
]

let postgres: RunningPostgres | undefined
let folder: string | undefined

export async function globalSetup(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'))
  postgres = await startPostgres(folder, settings)
  process.env['TEST_POSTGRES_URL'] = postgres.url
  process.env['TEST_SHARED_FOLDER'] = join(folder, 'shared')
  await makeTemplates(folder)
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
}
