/** The `items` table of the demo's resource. */
import type { Connection } from './connection.ts'
import { type Placeholders, statement } from './statement.ts'

export interface ItemsTable {
  /** Ids of the items that `ownerId` owns, in order. */
  readonly ownedBy: (ownerId: string) => Promise<readonly number[]>
  readonly insert: (itemId: number, ownerId: string) => Promise<void>
}

const byOwner = statement('items.ownedBy', (db, p: Placeholders<{ ownerId: string }>) =>
  db.selectFrom('items').select('item_id').where('owner_id', '=', p.ownerId).orderBy('item_id'),
)

const insert = statement('items.insert', (db, p: Placeholders<{ itemId: number; ownerId: string }>) =>
  db.insertInto('items').values({ item_id: p.itemId, owner_id: p.ownerId }),
)

export function itemsTable({ read, write }: Connection): ItemsTable {
  return {
    ownedBy: async (ownerId) => (await read(byOwner, { ownerId })).map((row) => row.item_id),
    insert: async (itemId, ownerId) => {
      await write(insert, { itemId, ownerId })
    },
  }
}
