/** The `interaction_answers` table: what a user decided on the pages of an authorization request, in one browser. */
import type { InteractionResult } from '../domain/session.ts'
import type { Connection } from './connection.ts'
import { isAmong, listValue } from './list-value.ts'
import type { InteractionResultRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

export interface InteractionResultsTable {
  /** The results under any of these hashes. */
  readonly find: (
    browserHash: string,
    requestHashes: readonly string[],
    now: number,
  ) => Promise<ReadonlySet<InteractionResult>>
  readonly record: (
    browserHash: string,
    requestHash: string,
    answer: InteractionResult,
    expiresAt: number,
  ) => Promise<void>
  /** Removes the results under these hashes and returns those that were there: of several requests at once, one gets each. */
  readonly take: (
    browserHash: string,
    requestHashes: readonly string[],
    now: number,
  ) => Promise<ReadonlySet<InteractionResult>>
  readonly removeBrowser: (browserHash: string) => Promise<void>
  /** Removes at most `max` of the expired results. Returns how many: 0 when none is left. */
  readonly removeEnded: (now: number, max: number) => Promise<number>
}

const columns = [
  'browser_hash',
  'request_hash',
  'answer',
  'expires_at',
] as const satisfies readonly (keyof InteractionResultRow)[]

interface Requests {
  readonly browserHash: string
  readonly requestHashes: string
}

const find = statement('interaction_answers.find', (db, p: Placeholders<Requests & { now: number }>, kind) =>
  db
    .selectFrom('interaction_answers')
    .select('answer')
    .where('browser_hash', '=', p.browserHash)
    .where((where) => isAmong(where.ref('request_hash'), p.requestHashes, kind))
    .where('expires_at', '>', p.now),
)

const record = statement('interaction_answers.record', (db, p: Placeholders<InteractionResultRow>) =>
  db
    .insertInto('interaction_answers')
    .values(placed(p, columns))
    .onConflict((conflict) =>
      conflict.columns(['browser_hash', 'request_hash', 'answer']).doUpdateSet({ expires_at: p.expires_at }),
    ),
)

const take = statement('interaction_answers.take', (db, p: Placeholders<Requests>, kind) =>
  db
    .deleteFrom('interaction_answers')
    .where('browser_hash', '=', p.browserHash)
    .where((where) => isAmong(where.ref('request_hash'), p.requestHashes, kind))
    .returning(['answer', 'expires_at']),
)

const removeBrowser = statement('interaction_answers.removeBrowser', (db, p: Placeholders<{ browserHash: string }>) =>
  db.deleteFrom('interaction_answers').where('browser_hash', '=', p.browserHash),
)

const removeEnded = statement(
  'interaction_answers.removeEnded',
  (db, p: Placeholders<{ now: number; max: number }>) => {
    const ended = db
      .selectFrom('interaction_answers')
      .select(['browser_hash', 'request_hash', 'answer'])
      .where('expires_at', '<=', p.now)
      .limit(p.max)
      .$asTuple('browser_hash', 'request_hash', 'answer')
    return db
      .deleteFrom('interaction_answers')
      .where('expires_at', '<=', p.now)
      .where((where) => where(where.refTuple('browser_hash', 'request_hash', 'answer'), 'in', ended))
  },
)

export function interactionResultsTable({ read, write, writeReturning }: Connection): InteractionResultsTable {
  return {
    find: async (browserHash, requestHashes, now) => {
      const rows = await read(find, { browserHash, requestHashes: listValue(requestHashes), now })
      return new Set(rows.map((row) => row.answer))
    },
    record: async (browserHash, requestHash, answer, expiresAt) => {
      await write(record, { browser_hash: browserHash, request_hash: requestHash, answer, expires_at: expiresAt })
    },
    take: async (browserHash, requestHashes, now) => {
      const rows = await writeReturning(take, { browserHash, requestHashes: listValue(requestHashes) })
      return new Set(rows.filter((row) => row.expires_at > now).map((row) => row.answer))
    },
    removeBrowser: async (browserHash) => {
      await write(removeBrowser, { browserHash })
    },
    removeEnded: (now, max) => write(removeEnded, { now, max }),
  }
}
