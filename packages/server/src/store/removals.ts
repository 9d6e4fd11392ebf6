/**
 * The `removals` table: removed users and clients, and clients whose own tokens were revoked all at once. A removal is kept while
 * an access token from before it can still be valid.
 */
import { atOnce } from './at-once.ts'
import type { Connection } from './connection.ts'
import type { RemovalRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface RemovalsTable {
  /** Revokes the client's own tokens that were issued until `now`. */
  readonly endOwnTokens: (clientId: string, now: number) => Promise<void>
  /** Whether the client's own tokens that were issued at `time` were revoked so. Without a promise on SQLite. */
  readonly hasEndedOwn: (clientId: string, time: number) => boolean | Promise<boolean>
  /** Removes at most `max` of those from before `time`. Returns how many: 0 when none is left. */
  readonly removeBefore: (time: number, max: number) => Promise<number>
}

const columns = ['kind', 'id', 'removed_at'] as const satisfies readonly (keyof RemovalRow)[]

const note = statement('removals.note', (db, p: Placeholders<RemovalRow>) =>
  db
    .insertInto('removals')
    .values(placed(p, columns))
    .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet({ removed_at: p.removed_at })),
)

const endedOwn = statement('removals.hasEndedOwn', (db, p: Placeholders<{ clientId: string; time: number }>) =>
  db
    .selectFrom('removals')
    .select('id')
    .where('kind', '=', 'own_tokens')
    .where('id', '=', p.clientId)
    .where('removed_at', '>=', p.time),
)

const removeBefore = statement('removals.removeBefore', (db, p: Placeholders<{ time: number; max: number }>) => {
  const old = db
    .selectFrom('removals')
    .select(['kind', 'id'])
    .where('removed_at', '<', p.time)
    .limit(p.max)
    .$asTuple('kind', 'id')
  return (
    db
      .deleteFrom('removals')
      // A user or client of the same id can have been removed again meanwhile.
      .where('removed_at', '<', p.time)
      .where((where) => where(where.refTuple('kind', 'id'), 'in', old))
  )
})

export function removalsTable({ read, write }: Connection): RemovalsTable {
  return {
    endOwnTokens: async (clientId, now) => {
      await write(note, { kind: 'own_tokens', id: clientId, removed_at: now })
    },
    hasEndedOwn: (clientId, time) => atOnce(read(endedOwn, { clientId, time }), (rows) => rows.length > 0),
    removeBefore: (time, max) => write(removeBefore, { time, max }),
  }
}

/** Call it in the transaction that removes the user or client. */
export async function noteRemoval(
  { write }: Connection,
  kind: 'user' | 'client',
  id: string,
  now: number,
): Promise<void> {
  await write(note, { kind, id, removed_at: now })
}
