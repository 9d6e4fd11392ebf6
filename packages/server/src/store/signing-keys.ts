/** The `signing_keys` table: at most one key per algorithm is not retired. */
import type { Selectable } from 'kysely'
import type { Connection } from './connection.ts'
import type { SigningKeyRow } from './schema.ts'

export type StoredKey = Readonly<Selectable<SigningKeyRow>>

export interface SigningKeysTable {
  readonly list: () => Promise<readonly StoredKey[]>
  /** Does nothing when the algorithm has an active key already. */
  readonly insertIfNone: (key: StoredKey) => Promise<void>
}

export function signingKeysTable({ db }: Connection): SigningKeysTable {
  return {
    list: () => db.selectFrom('signing_keys').selectAll().orderBy('created_at').execute(),
    insertIfNone: async (key) => {
      await db
        .insertInto('signing_keys')
        .values(key)
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
  }
}
