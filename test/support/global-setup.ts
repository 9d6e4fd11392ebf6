/** Starts one PostgreSQL for the whole test run, prepares the databases that every test file copies, and names the shared folder. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
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

/** Where Linux keeps files in memory. To copy a database there takes a seventh of the processor time, and a commit waits for no disk. */
const memory = '/dev/shm'
/** Of bytes there: the tests that run at the same time have some hundred megabytes. A container has 64 megabytes in all. */
const leastFree = 2e9

let postgres: RunningPostgres | undefined
const folders: string[] = []

export async function globalSetup(): Promise<void> {
  const folder = newFolder(tmpdir())
  process.env['TEST_SHARED_FOLDER'] = join(folder, 'shared')
  postgres = await startPostgres(newFolder(hasMemory() ? memory : tmpdir()), settings)
  process.env['TEST_POSTGRES_URL'] = postgres.url
  process.env['TEST_DISK'] = tmpdir()
  const isSoak = process.env['SOAK'] === 'true'
  if (!isSoak && hasMemory() && mayRunProgramsThere()) process.env['TMPDIR'] = temporaryInMemory()
  await makeTemplates(folder)
}

export async function globalTeardown(): Promise<void> {
  await postgres?.stop()
  process.env['TMPDIR'] = process.env['TEST_DISK']
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
}

/** Removed after all tests. */
function newFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, 'countersign-tests-'))
  folders.push(folder)
  return folder
}

/** What all tests take for the temporary folder of the system. */
function temporaryInMemory(): string {
  const folder = newFolder(memory)
  // Programs that do not run as root are started as other users.
  chmodSync(folder, 0o1777)
  return folder
}

/** Tests start what they install in temporary folders. */
function mayRunProgramsThere(): boolean {
  const [, options = ''] = /^\S+ \/dev\/shm \S+ (\S+)/m.exec(readFileSync('/proc/mounts', 'utf8')) ?? []
  return !options.split(',').includes('noexec')
}

function hasMemory(): boolean {
  if (!existsSync(memory)) return false
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= leastFree
}
