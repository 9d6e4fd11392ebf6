/** The `user_attributes` table. */
import type { Attributes } from '../domain/attribute.ts'
import type { Connection } from './connection.ts'
import { type Placeholders, placed, statement } from './statement.ts'
import type { UserAttributesRow } from './user-rows.ts'

export interface AttributesTable {
  /** Empty for a user without any. */
  readonly find: (userId: string) => Promise<Attributes>
  /** Replaces all attributes of the user. In a transaction that has locked the user's profile. */
  readonly replace: (userId: string, attributes: Attributes) => Promise<void>
}

const find = statement('attributes.find', (db, p: Placeholders<{ userId: string }>) =>
  db.selectFrom('user_attributes').select('attributes').where('subject_id', '=', p.userId),
)

const replace = statement('attributes.replace', (db, p: Placeholders<UserAttributesRow>) =>
  db
    .insertInto('user_attributes')
    .values(placed(p, ['subject_id', 'attributes']))
    .onConflict((conflict) => conflict.column('subject_id').doUpdateSet({ attributes: p.attributes })),
)

export function attributesTable({ read, write }: Connection): AttributesTable {
  return {
    find: async (userId) => {
      const [row] = await read(find, { userId })
      // As `replace` wrote it.
      return row ? JSON.parse(row.attributes) : {}
    },
    replace: async (userId, attributes) => {
      await write(replace, { subject_id: userId, attributes: JSON.stringify(attributes) })
    },
  }
}
