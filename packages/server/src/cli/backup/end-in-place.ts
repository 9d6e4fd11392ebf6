/** `countersign restore --in-place`: for a database that was restored by other means. */
import { systemClock, systemRandom } from '../../environment.ts'
import { keysAfterRestore } from '../../keys/keys-after-restore.ts'
import { endAllIn } from '../../store/open.ts'
import { confirmEndOfLogins } from '../terminal/confirm.ts'
import { print } from '../terminal/print.ts'
import { withStore } from '../with-store.ts'
import { requireSameSecret, requireSecretKey } from './require-secret.ts'

export async function endInPlace(isConfirmed: boolean): Promise<void> {
  const { settings, keys } = await withStore(async (store, opened) => ({
    settings: opened,
    keys: await store.signingKeys.list(),
  }))
  const secretKey = requireSecretKey(settings)
  const sealed = keys.filter(({ sealedPrivateKey }) => sealedPrivateKey !== '')
  requireSameSecret('the database', sealed, secretKey)
  await confirmEndOfLogins(isConfirmed)
  const made = await keysAfterRestore(sealed, { secretKey, random: systemRandom, now: systemClock() })
  await endAllIn(settings.databaseUrl, { backupMadeAt: null, keys: made })
  print(endedSentence)
}

/** What a restore ends. */
export const endedSentence: string =
  'All sessions, grants, tokens and remembered consents have ended, and the signing keys are new: users log in again. APIs that read the revocation feed reject earlier tokens within seconds.'
