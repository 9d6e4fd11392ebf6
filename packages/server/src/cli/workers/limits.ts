/** What more workers do not bring, or cannot have. */
import type { Context } from '../../context.ts'

/** Lines in the log. */
export async function warnOfLimits({ config, store, log }: Context, workers: number): Promise<void> {
  if (config.databaseUrl.startsWith('sqlite:')) {
    log.info(
      { workers },
      'SQLite has one writer at a time: more workers check more tokens, but issue no more of them. PostgreSQL does both',
    )
    return
  }
  const allowed = await store.connectionLimit()
  // Each has one more for readiness.
  const wanted = workers * (config.databasePoolSize + 1)
  if (allowed === undefined || wanted <= allowed) return
  log.warn(
    { workers, wanted, allowed },
    'the workers may want more connections than PostgreSQL allows: lower DATABASE_POOL_SIZE, which is for each worker, or raise max_connections',
  )
}
