/** The keys that sign after a restore. Those of the backup are given up: one may have been revoked since the backup was made. */
import { asymmetricAlgorithms } from '../domain/algorithm.ts'
import type { NewKey } from '../store/signing-keys.ts'
import { makeKey, openPrivateKey, type SealedKey, type Sealing } from './stored-key.ts'

/**
 * An active and a next key of each algorithm; none when the backup has none, since the first server makes them.
 * @throws SealedKeysError when this SECRET_KEY does not open the keys of the backup: it is not the one of the server
 * @internal
 */
export async function keysAfterRestore(sealed: readonly SealedKey[], sealing: Sealing): Promise<readonly NewKey[]> {
  for (const key of sealed) openPrivateKey(key, sealing.secretKey)
  if (sealed.length === 0) return []
  return await Promise.all(
    asymmetricAlgorithms.flatMap((algorithm) => [
      makeKey(algorithm, 'active', sealing),
      makeKey(algorithm, 'next', sealing),
    ]),
  )
}
