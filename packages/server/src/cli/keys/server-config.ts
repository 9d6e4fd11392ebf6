/** The config of the server whose keys a command changes: its SECRET_KEY opens them, and its lifetimes say how long they are published. */
import type { Config } from '../../config/options.ts'
import { resolveOptions } from '../../config/resolve-options.ts'
import type { Store } from '../../store/open.ts'
import { CommandError } from '../command-error.ts'
import { explain, type Settings } from '../config.ts'
import { isDemoDatabase } from '../demo-database.ts'

/** `mayBeWeak`: the server has already accepted the SECRET_KEY that opens the keys. */
export async function serverConfig(
  store: Store,
  settings: Settings,
  { mayBeWeak }: { readonly mayBeWeak: boolean },
): Promise<Config> {
  const { secretKey } = settings.options
  if (secretKey === undefined) {
    throw new CommandError(
      'SECRET_KEY is missing: set it to the one of the server. The one of dev is in DATA_DIR/secret-key.',
    )
  }
  const demo = await isDemoDatabase(store)
  try {
    return resolveOptions({ ...settings.options, secretKey, unsafeWeakSecretKey: mayBeWeak, demo })
  } catch (error) {
    return explain(error, settings)
  }
}
