/** The database that the settings name, for one command. */
import { openStore, type Store } from '../store/open.ts'
import { inMemoryUrl } from '../store/sqlite-memory.ts'
import { CommandError } from './command-error.ts'
import { readSettings, type Settings } from './config.ts'

/**
 * The database that the settings name.
 * @throws CommandError when it is in memory: a command would find it empty, and what it writes would be lost at its end
 */
export function requireStoredDatabase({ databaseUrl, nameOf }: Settings): string {
  if (databaseUrl !== inMemoryUrl) return databaseUrl
  throw new CommandError(
    `${nameOf('databaseUrl')} is ${inMemoryUrl}, a database that only dev and serve can use, because it ends with the process: name a file, such as sqlite:data/countersign.db`,
  )
}

/** Opens the database, performs `work` on it, and closes it. */
export async function withStore<Result>(work: (store: Store, settings: Settings) => Promise<Result>): Promise<Result> {
  const settings = await readSettings({ logLevel: 'info' })
  const store = await openStore({ url: requireStoredDatabase(settings), migrate: false })
  try {
    return await work(store, settings)
  } finally {
    await store.close()
  }
}
