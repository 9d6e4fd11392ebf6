/** Seals the private keys under another SECRET_KEY: the keys stay, and with them every token that is out. */

import type { Random } from '../environment.ts'
import type { Store } from '../store/open.ts'
import { openPrivateKey, sealPrivateKey, stateOf } from './stored-key.ts'

export interface Resealing {
  readonly formerSecretKey: string
  readonly secretKey: string
  readonly random: Random
}

/** All of them or none, while no server runs: a rotation in between would seal under the former one. @throws SealedKeysError */
export async function resealKeys(store: Store, { formerSecretKey, secretKey, random }: Resealing): Promise<void> {
  const keys = (await store.signingKeys.list()).filter((key) => stateOf(key) !== 'retired')
  const resealed = keys.map((key) => ({
    keyId: key.keyId,
    former: key.sealedPrivateKey,
    sealed: sealPrivateKey(key.keyId, openPrivateKey(key, formerSecretKey), secretKey, random),
  }))
  await store.transaction(async ({ signingKeys }) => {
    for (const { keyId, former, sealed } of resealed) await signingKeys.replaceSealed(keyId, former, sealed)
  })
}
