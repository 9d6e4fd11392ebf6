/** The `issuers` table: the issuers that processes on this database serve, and when one of each was last seen (docs/decisions/0114). */
import type { Connection } from './connection.ts'
import type { IssuerRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface IssuersTable {
  /** Notes that a process serves `issuer` at `now`. */
  readonly see: (issuer: string, now: number) => Promise<void>
  /** The issuers other than `issuer` that were seen in this time. */
  readonly others: (issuer: string, time: TimeSpan) => Promise<readonly string[]>
  /** Removes those that were seen before or after this time. */
  readonly removeOutside: (time: TimeSpan) => Promise<void>
}

export interface TimeSpan {
  readonly after: number
  readonly until: number
}

const columns = ['issuer', 'seen_at'] as const satisfies readonly (keyof IssuerRow)[]

const see = statement('issuers.see', (db, p: Placeholders<IssuerRow>) =>
  db
    .insertInto('issuers')
    .values(placed(p, columns))
    .onConflict((conflict) => conflict.column('issuer').doUpdateSet({ seen_at: p.seen_at })),
)

const others = statement('issuers.others', (db, p: Placeholders<{ issuer: string } & TimeSpan>) =>
  db
    .selectFrom('issuers')
    .select('issuer')
    .where('issuer', '!=', p.issuer)
    .where('seen_at', '>', p.after)
    .where('seen_at', '<=', p.until)
    .orderBy('issuer'),
)

const removeOutside = statement('issuers.removeOutside', (db, p: Placeholders<TimeSpan>) =>
  db
    .deleteFrom('issuers')
    .where((where) => where.or([where('seen_at', '<=', p.after), where('seen_at', '>', p.until)])),
)

export function issuersTable({ read, write }: Connection): IssuersTable {
  return {
    see: async (issuer, now) => {
      await write(see, { issuer, seen_at: now })
    },
    others: async (issuer, time) => (await read(others, { issuer, ...time })).map((row) => row.issuer),
    removeOutside: async (time) => {
      await write(removeOutside, time)
    },
  }
}
