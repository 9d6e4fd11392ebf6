/** The `former_defaults` table: the defaults of earlier versions that this deployment keeps. */
import type { Connection } from './connection.ts'
import { type Placeholders, statement } from './statement.ts'

/** `id_token_algorithm`: that of access tokens (migration 0012). `login_with_username`: with nothing else (migration 0018). */
export type FormerDefault = 'id_token_algorithm' | 'login_with_username'

export interface FormerDefaultsTable {
  readonly has: (name: FormerDefault) => Promise<boolean>
}

const byName = statement('former_defaults.has', (db, p: Placeholders<{ name: FormerDefault }>) =>
  db.selectFrom('former_defaults').select('name').where('name', '=', p.name),
)

export function formerDefaultsTable({ read }: Connection): FormerDefaultsTable {
  return { has: async (name) => (await read(byName, { name })).length > 0 }
}
