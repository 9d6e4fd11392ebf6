/** The URLs of the databases of a move. */
import { databaseUrlProblem, normalizeDatabaseUrl } from '../../config/database-url.ts'
import { inMemoryUrl } from '../../store/sqlite-memory.ts'
import { UsageError } from '../command-error.ts'
import { readSettings } from '../config.ts'
import { requireStoredDatabase } from '../with-store.ts'

/** That of --from, or of the settings. @throws UsageError, CommandError */
export async function sourceUrl(from: string | undefined): Promise<string> {
  if (from !== undefined) return urlOf('--from', from)
  return requireStoredDatabase(await readSettings({ logLevel: 'info' }))
}

/** @throws UsageError */
export function urlOf(flag: string, url: string): string {
  const problem = databaseUrlProblem(url)
  if (problem !== undefined) throw new UsageError(`${flag} ${problem}.`)
  const normal = normalizeDatabaseUrl(url)
  if (normal === inMemoryUrl)
    throw new UsageError(`${flag} must name a file: a database in memory ends with its process.`)
  return normal
}
