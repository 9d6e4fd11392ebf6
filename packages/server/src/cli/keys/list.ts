/** `countersign keys list`. */
import { asymmetricAlgorithms } from '../../domain/algorithm.ts'
import { type KeyState, stateOf } from '../../keys/stored-key.ts'
import type { StoredKey } from '../../store/signing-keys.ts'
import { type List, printList } from '../terminal/list.ts'
import type { Style } from '../terminal/table.ts'
import { time } from '../time.ts'
import { withStore } from '../with-store.ts'

export const noKeys: string = 'There are no keys: the first server that starts makes them.'

export async function list(isJson: boolean): Promise<void> {
  const keys = await withStore(({ signingKeys }) => signingKeys.list())
  const byAlgorithm = asymmetricAlgorithms.flatMap((algorithm) => keys.filter((key) => key.algorithm === algorithm))
  await printList(table, byAlgorithm, isJson)
}

const table: List<StoredKey> = {
  columns: [
    { title: 'KEY ID', text: ({ keyId }) => keyId, isWhole: true },
    { title: 'ALGORITHM', text: ({ algorithm }) => algorithm },
    { title: 'STATE', text: stateOf, style: (key) => stateStyles[stateOf(key)] },
    { title: 'SINCE', text: (key) => time(stateSince(key)), isWhole: true },
    {
      title: 'PUBLISHED UNTIL',
      text: ({ expiresAt }) => (expiresAt === null ? '-' : time(expiresAt)),
      isWhole: true,
    },
  ],
  json: (key) => ({
    kid: key.keyId,
    alg: key.algorithm,
    state: stateOf(key),
    since: time(stateSince(key)),
    published_until: key.expiresAt === null ? null : time(key.expiresAt),
    reason: key.revocationReason,
  }),
  whenEmpty: noKeys,
}

const stateStyles: Readonly<Record<KeyState, Style>> = {
  active: 'green',
  next: 'cyan',
  retired: 'dim',
  revoked: 'red',
}

function stateSince({ revokedAt, retiredAt, activatedAt, createdAt }: StoredKey): number {
  return revokedAt ?? retiredAt ?? activatedAt ?? createdAt
}
