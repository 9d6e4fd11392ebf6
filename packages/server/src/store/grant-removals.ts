/**
 * Removes all grants of a user or client in parts: there may be millions, and a client may have refreshed each as often as it liked. Removed
 * with their grants, the refresh tokens would take seconds.
 */
import type { Kysely } from 'kysely'
import type { Connection } from './connection.ts'
import { isAmong, listValue } from './list-value.ts'
import type { Schema } from './schema.ts'
import { type Placeholders, statement } from './statement.ts'

export interface GrantRemovals {
  /** The ids of at most `max` grants of a user. */
  readonly idsOfUser: (userId: string, max: number) => Promise<readonly string[]>
  /** The same for a client. */
  readonly idsOfClient: (clientId: string, max: number) => Promise<readonly string[]>
  /** Removes at most `max` refresh tokens of these grants. Returns how many: 0 when none is left. */
  readonly removeTokens: (ids: readonly string[], max: number) => Promise<number>
  /** Removes at most `max` of these grants, with their codes. Returns how many: 0 when none is left. */
  readonly remove: (ids: readonly string[], max: number) => Promise<number>
}

interface Owned {
  readonly owner: string
  readonly max: number
}

type Listed = Placeholders<{ readonly ids: string; readonly max: number }>

function some(db: Kysely<Schema>, { max }: Placeholders<Pick<Owned, 'max'>>) {
  return db.selectFrom('grants').select('id').limit(max)
}

const ofUser = statement('grants.idsOfUser', (db, p: Placeholders<Owned>) => some(db, p).where('user_id', '=', p.owner))

const ofClient = statement('grants.idsOfClient', (db, p: Placeholders<Owned>) =>
  some(db, p).where('client_id', '=', p.owner),
)

const removeTokens = statement('grants.removeTokens', (db, p: Listed, kind) => {
  const tokens = db
    .selectFrom('refresh_tokens')
    .select('token_hash')
    .where((where) => isAmong(where.ref('grant_id'), p.ids, kind))
    .limit(p.max)
  return db.deleteFrom('refresh_tokens').where('token_hash', 'in', tokens)
})

const remove = statement('grants.remove', (db, p: Listed, kind) => {
  const grants = some(db, p).where((where) => isAmong(where.ref('id'), p.ids, kind))
  return db.deleteFrom('grants').where('id', 'in', grants)
})

export function grantRemovals({ read, write }: Connection): GrantRemovals {
  return {
    idsOfUser: async (owner, max) => (await read(ofUser, { owner, max })).map(({ id }) => id),
    idsOfClient: async (owner, max) => (await read(ofClient, { owner, max })).map(({ id }) => id),
    removeTokens: (ids, max) => write(removeTokens, { ids: listValue(ids), max }),
    remove: (ids, max) => write(remove, { ids: listValue(ids), max }),
  }
}
