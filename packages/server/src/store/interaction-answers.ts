/** The `interaction_answers` table: what a browser answered on the pages of an authorization request. */
import type { InteractionResult } from '../domain/session.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'

export interface InteractionAnswersTable {
  /** The answers under any of these hashes. */
  readonly find: (
    browserHash: string,
    requestHashes: readonly string[],
    now: number,
  ) => Promise<ReadonlySet<InteractionResult>>
  readonly give: (
    browserHash: string,
    requestHash: string,
    answer: InteractionResult,
    expiresAt: number,
  ) => Promise<void>
  /** Removes the answers under these hashes and returns those that were there: of several requests at once, one gets each. */
  readonly take: (
    browserHash: string,
    requestHashes: readonly string[],
    now: number,
  ) => Promise<ReadonlySet<InteractionResult>>
  readonly removeBrowser: (browserHash: string) => Promise<void>
  /** A batch of what has ended: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (now: number) => Promise<number>
}

export function interactionAnswersTable({ db, read, compiled }: Connection): InteractionAnswersTable {
  return {
    find: async (browserHash, requestHashes, now) => {
      const byHashes = () =>
        db
          .selectFrom('interaction_answers')
          .select('answer')
          .where('browser_hash', '=', '')
          .where('request_hash', 'in', requestHashes)
          .where('expires_at', '>', 0)
      const query = compiled(`interaction_answers.find ${requestHashes.length}`, byHashes)
      const rows = await read(query, [browserHash, ...requestHashes, now])
      return new Set(rows.map((row) => row.answer))
    },
    give: async (browserHash, requestHash, answer, expiresAt) => {
      await db
        .insertInto('interaction_answers')
        .values({ browser_hash: browserHash, request_hash: requestHash, answer, expires_at: expiresAt })
        .onConflict((conflict) =>
          conflict.columns(['browser_hash', 'request_hash', 'answer']).doUpdateSet({ expires_at: expiresAt }),
        )
        .execute()
    },
    take: async (browserHash, requestHashes, now) => {
      const rows = await db
        .deleteFrom('interaction_answers')
        .where('browser_hash', '=', browserHash)
        .where('request_hash', 'in', requestHashes)
        .returning(['answer', 'expires_at'])
        .execute()
      return new Set(rows.filter((row) => row.expires_at > now).map((row) => row.answer))
    },
    removeBrowser: async (browserHash) => {
      await db.deleteFrom('interaction_answers').where('browser_hash', '=', browserHash).execute()
    },
    removeEnded: async (now) => {
      const ended = db
        .selectFrom('interaction_answers')
        .select(['browser_hash', 'request_hash', 'answer'])
        .where('expires_at', '<=', now)
        .limit(batchSize)
        .$asTuple('browser_hash', 'request_hash', 'answer')
      return countRemoved(
        await db
          .deleteFrom('interaction_answers')
          .where('expires_at', '<=', now)
          .where((where) => where(where.refTuple('browser_hash', 'request_hash', 'answer'), 'in', ended))
          .execute(),
      )
    },
  }
}
