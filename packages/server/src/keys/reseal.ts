/** Seals the private keys under another SECRET_KEY. The keys stay the same, so all issued tokens remain valid. */

import type { Random } from '../environment.ts'
import type { Store } from '../store/open.ts'
import { isInUse, openPrivateKey, sealPrivateKey } from './stored-key.ts'

export interface Resealing {
  readonly formerSecretKey: string
  readonly secretKey: string
  readonly random: Random
}

/** Seals all of them or none. No server may run: it could rotate a key and seal it under the former SECRET_KEY. @throws SealedKeysError */
export async function resealKeys(store: Store, { formerSecretKey, secretKey, random }: Resealing): Promise<void> {
  const keys = (await store.signingKeys.list()).filter(isInUse)
  const resealed = keys.map((key) => ({
    keyId: key.keyId,
    former: key.sealedPrivateKey,
    sealed: sealPrivateKey(key.keyId, openPrivateKey(key, formerSecretKey), secretKey, random),
  }))
  await store.transaction(async ({ signingKeys }) => {
    for (const { keyId, former, sealed } of resealed) await signingKeys.replaceSealed(keyId, former, sealed)
  })
}
