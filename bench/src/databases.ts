/** The two databases, as they are in production: what is confirmed is on the disk. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '../../test/support/embedded-postgres.ts'
import { type Deployment, deploy } from './server-process.ts'

export type DatabaseName = 'SQLite' | 'PostgreSQL'

export const databaseNames: readonly DatabaseName[] = ['SQLite', 'PostgreSQL']

/** Makes a deployment on the database, and removes both after `work`. */
export async function withDeployment<Result>(
  name: DatabaseName,
  work: (deployment: Deployment) => Promise<Result>,
): Promise<Result> {
  if (name === 'SQLite') return await removing(await deploy(), work)
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-postgres-'))
  const postgres = await startPostgres(folder, ['max_connections=200'])
  try {
    return await removing(await deploy({ databaseUrl: `${postgres.url}/postgres` }), work)
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function removing<Result>(
  deployment: Deployment,
  work: (deployment: Deployment) => Promise<Result>,
): Promise<Result> {
  try {
    return await work(deployment)
  } finally {
    deployment.remove()
  }
}
