/** The database that the settings name, for one command. */
import { openStore, type Store } from '../store/open.ts'
import { readSettings, type Settings } from './config.ts'

/** Opens the database, performs `work` on it, and closes it. */
export async function withStore<Result>(work: (store: Store, settings: Settings) => Promise<Result>): Promise<Result> {
  const settings = await readSettings({ logLevel: 'info' })
  const store = await openStore({ url: settings.databaseUrl, migrate: false })
  try {
    return await work(store, settings)
  } finally {
    await store.close()
  }
}
