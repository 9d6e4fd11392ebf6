/** The `restores` table: a row for each time that the database was restored from a backup (docs/decisions/0092). */
import { sql } from 'kysely'
import type { Connection } from './connection.ts'
import { type Placeholders, statement } from './statement.ts'

export interface RestoresTable {
  /** In seconds since the epoch: tokens that were issued before the last restore are rejected. 0 when there was none. */
  readonly tokensValidFrom: () => Promise<number>
}

const latest = statement('restores.latest', (db, _p: Placeholders<object>) =>
  db.selectFrom('restores').select(sql<number>`coalesce(max(tokens_valid_from), 0)`.as('tokens_valid_from')),
)

export function restoresTable({ read }: Connection): RestoresTable {
  return { tokensValidFrom: async () => (await read(latest, {}))[0]?.tokens_valid_from ?? 0 }
}
