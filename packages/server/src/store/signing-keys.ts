/** The `signing_keys` table: of each algorithm at most one key is next and one active; the others are retired. */
import type { Selectable } from 'kysely'
import type { Connection } from './connection.ts'
import type { SigningKeyRow } from './schema.ts'

export type StoredKey = Readonly<Selectable<SigningKeyRow>>

export interface SigningKeysTable {
  /** Oldest first. */
  readonly list: () => Promise<readonly StoredKey[]>
  /** Leaves out a key whose algorithm has a next key, or an active one, already. */
  readonly insertMissing: (keys: readonly StoredKey[]) => Promise<void>
  /** Compare-and-swap: whether the key was active until now. Its private key is wiped, so nothing is signed with it again. */
  readonly retire: (keyId: string, now: number, expiresAt: number) => Promise<boolean>
  /** Whether the key was the next one until now. */
  readonly activate: (keyId: string, now: number) => Promise<boolean>
  /** Compare-and-swap, so that a key that has retired is not given a private key again. */
  readonly replaceSealed: (keyId: string, former: string, sealed: string) => Promise<void>
  /** Removes retired keys whose last token expired before `time`. */
  readonly removeExpired: (time: number) => Promise<void>
}

export function signingKeysTable({ db }: Connection): SigningKeysTable {
  return {
    list: () => db.selectFrom('signing_keys').selectAll().orderBy('created_at').orderBy('key_id').execute(),
    insertMissing: async (keys) => {
      await db
        .insertInto('signing_keys')
        .values([...keys])
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    retire: async (keyId, now, expiresAt) => {
      const rows = await db
        .updateTable('signing_keys')
        .set({ retired_at: now, expires_at: expiresAt, sealed_private_key: '' })
        .where('key_id', '=', keyId)
        .where('activated_at', 'is not', null)
        .where('retired_at', 'is', null)
        .returning('key_id')
        .execute()
      return rows.length > 0
    },
    activate: async (keyId, now) => {
      const rows = await db
        .updateTable('signing_keys')
        .set({ activated_at: now })
        .where('key_id', '=', keyId)
        .where('activated_at', 'is', null)
        .returning('key_id')
        .execute()
      return rows.length > 0
    },
    replaceSealed: async (keyId, former, sealed) => {
      await db
        .updateTable('signing_keys')
        .set({ sealed_private_key: sealed })
        .where('key_id', '=', keyId)
        .where('sealed_private_key', '=', former)
        .execute()
    },
    removeExpired: async (time) => {
      await db.deleteFrom('signing_keys').where('expires_at', '<=', time).execute()
    },
  }
}
