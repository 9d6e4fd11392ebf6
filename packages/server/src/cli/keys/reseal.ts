/** `countersign keys reseal`. */
import { systemRandom } from '../../environment.ts'
import { resealKeys } from '../../keys/reseal.ts'
import { SealedKeysError } from '../../keys/stored-key.ts'
import type { Store } from '../../store/open.ts'
import { CommandError } from '../command-error.ts'
import type { Settings } from '../config.ts'
import { print } from '../terminal/print.ts'
import { withStore } from '../with-store.ts'
import { serverConfig } from './server-config.ts'

export async function reseal(): Promise<void> {
  await withStore(resealStore)
  print('The keys are sealed under the new SECRET_KEY.')
}

async function resealStore(store: Store, settings: Settings): Promise<void> {
  const { formerSecretKey } = settings
  if (formerSecretKey === undefined) {
    throw new CommandError('FORMER_SECRET_KEY is missing: set it to the former SECRET_KEY.')
  }
  const { secretKey } = await serverConfig(store, settings, { mayBeWeak: false })
  try {
    await resealKeys(store, { formerSecretKey, secretKey, random: systemRandom })
  } catch (error) {
    if (!(error instanceof SealedKeysError)) throw error
    throw new CommandError(
      'FORMER_SECRET_KEY does not open the keys: it is not the former SECRET_KEY. Nothing was changed.',
    )
  }
}
