/**
 * Removes all grants of a user or client in parts: there may be millions, and a client may have refreshed each as often as it liked. Removed
 * with their grants, the refresh tokens would take seconds.
 */
import type { Kysely } from 'kysely'
import type { Connection } from './connection.ts'
import { isAmong, listValue } from './list-value.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, type Statement, statement } from './statement.ts'

export interface GrantRemovals {
  /** Removes at most `max` grants of a user, or refresh tokens of these, which go first. Returns how many rows: 0 when none is left. */
  readonly removeOfUser: (userId: string, max: number) => Promise<number>
  /** The same for a client. */
  readonly removeOfClient: (clientId: string, max: number) => Promise<number>
}

interface Owned {
  readonly owner: string
  readonly max: number
}

function some(db: Kysely<Schema>, { max }: Placeholders<Owned>) {
  return db.selectFrom('grants').select('id').limit(max)
}

const someOfUser = statement('grants.someOfUser', (db, p: Placeholders<Owned>) =>
  some(db, p).where('user_id', '=', p.owner),
)

const someOfClient = statement('grants.someOfClient', (db, p: Placeholders<Owned>) =>
  some(db, p).where('client_id', '=', p.owner),
)

const removeTokens = statement('grants.removeTokens', (db, p: Placeholders<{ ids: string; max: number }>, kind) => {
  const tokens = db
    .selectFrom('refresh_tokens')
    .select('token_hash')
    .where((where) => isAmong(where.ref('grant_id'), p.ids, kind))
    .limit(p.max)
  return db.deleteFrom('refresh_tokens').where('token_hash', 'in', tokens)
})

/** With their codes: a grant has one at most. */
const removeSome = statement('grants.removeSome', (db, p: Placeholders<{ ids: string }>, kind) =>
  db.deleteFrom('grants').where((where) => isAmong(where.ref('id'), p.ids, kind)),
)

export function grantRemovals({ read, write }: Connection): GrantRemovals {
  async function remove(some: Statement<Owned, { readonly id: string }>, owner: string, max: number): Promise<number> {
    const grants = await read(some, { owner, max })
    if (grants.length === 0) return 0
    const ids = listValue(grants.map(({ id }) => id))
    const tokens = await write(removeTokens, { ids, max })
    return tokens > 0 ? tokens : await write(removeSome, { ids })
  }

  return {
    removeOfUser: (userId, max) => remove(someOfUser, userId, max),
    removeOfClient: (clientId, max) => remove(someOfClient, clientId, max),
  }
}
