/** The `issuers` table: the issuers that processes on this database serve, and when one of each was last seen (docs/decisions/0114). */
import type { Connection } from './connection.ts'
import type { IssuerRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface IssuersTable {
  /** Notes that a process serves `issuer` at `now`. */
  readonly see: (issuer: string, now: number) => Promise<void>
  /** The issuers other than `issuer` that were seen after `time`. */
  readonly others: (issuer: string, time: number) => Promise<readonly string[]>
  readonly removeBefore: (time: number) => Promise<void>
}

const columns = ['issuer', 'seen_at'] as const satisfies readonly (keyof IssuerRow)[]

const see = statement('issuers.see', (db, p: Placeholders<IssuerRow>) =>
  db
    .insertInto('issuers')
    .values(placed(p, columns))
    .onConflict((conflict) => conflict.column('issuer').doUpdateSet({ seen_at: p.seen_at })),
)

const others = statement('issuers.others', (db, p: Placeholders<{ issuer: string; time: number }>) =>
  db
    .selectFrom('issuers')
    .select('issuer')
    .where('issuer', '!=', p.issuer)
    .where('seen_at', '>', p.time)
    .orderBy('issuer'),
)

const removeBefore = statement('issuers.removeBefore', (db, p: Placeholders<{ time: number }>) =>
  db.deleteFrom('issuers').where('seen_at', '<', p.time),
)

export function issuersTable({ read, write }: Connection): IssuersTable {
  return {
    see: async (issuer, now) => {
      await write(see, { issuer, seen_at: now })
    },
    others: async (issuer, time) => (await read(others, { issuer, time })).map((row) => row.issuer),
    removeBefore: async (time) => {
      await write(removeBefore, { time })
    },
  }
}
