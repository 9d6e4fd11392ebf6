/** The `items` table of the demo's resource. */
import type { Connection } from './connection.ts'

export interface ItemsTable {
  /** Ids of the items that `ownerId` owns, in order. */
  readonly ownedBy: (ownerId: string) => Promise<readonly number[]>
  readonly insert: (itemId: number, ownerId: string) => Promise<void>
}

export function itemsTable({ db, read }: Connection): ItemsTable {
  const byOwner = db.selectFrom('items').select('item_id').where('owner_id', '=', '').orderBy('item_id').compile()
  return {
    ownedBy: async (ownerId) => (await read(byOwner, [ownerId])).map((row) => row.item_id),
    insert: async (itemId, ownerId) => {
      await db.insertInto('items').values({ item_id: itemId, owner_id: ownerId }).execute()
    },
  }
}
