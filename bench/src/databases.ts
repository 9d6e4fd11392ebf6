/** The two databases, as they are in production: what is confirmed is on the disk. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../test/support/embedded-postgres.ts'
import { type Deployment, deploy } from './server-process.ts'

export type DatabaseName = 'SQLite' | 'PostgreSQL'

export const databaseNames: readonly DatabaseName[] = ['SQLite', 'PostgreSQL']

/** A deployment on its database. */
export interface OnDatabase {
  readonly deployment: Deployment
  /** The process of the database, if it has one. */
  readonly databasePid: number | undefined
}

/** Makes a deployment on the database, and removes both after `work`. */
export async function onDatabase<Result>(
  name: DatabaseName,
  work: (deployed: OnDatabase) => Promise<Result>,
): Promise<Result> {
  if (name === 'SQLite') return await removing({ deployment: await deploy(), databasePid: undefined }, work)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-postgres-'))
  const postgres = await startPostgres(folder, ['max_connections=200'])
  try {
    const deployment = await deploy({ databaseUrl: `${postgres.url}/postgres` })
    // Its first line.
    const databasePid = Number.parseInt(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8'), 10)
    return await removing({ deployment, databasePid }, work)
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function removing<Result>(
  deployed: OnDatabase,
  work: (deployed: OnDatabase) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(deployed)
  } finally {
    deployed.deployment.remove()
  }
}
