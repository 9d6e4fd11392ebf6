/** Where more workers do not help, or cannot have the connections that they want. */
import type { Context } from '../../context.ts'

/** Writes a line to the log where a limit applies. */
export async function warnOfLimits({ config, store, log }: Context, workers: number): Promise<void> {
  if (config.databaseUrl.startsWith('sqlite:')) {
    const message =
      'SQLite has one writer at a time: more workers check more tokens, but issue no more of them. PostgreSQL does both'
    if (workers > 1) log.info({ workers }, message)
    return
  }
  const allowed = await store.connectionLimit()
  // Each has one more for readiness. While a worker is replaced, there is one more of them.
  const wanted = (workers + 1) * (config.databasePoolSize + 1)
  if (allowed === undefined || wanted <= allowed) return
  log.warn(
    { workers, wanted, allowed },
    'the workers may want more connections than PostgreSQL allows: lower DATABASE_POOL_SIZE, which is for each worker, or raise max_connections',
  )
}
