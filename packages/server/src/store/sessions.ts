/** The `sessions` table: who is logged in in which browser. A browser is known by the hash of its cookie. */
import type { ExpressionBuilder } from 'kysely'
import type { Session } from '../domain/session.ts'
import { batchSize, countRemoved } from './batch.ts'
import type { Connection } from './connection.ts'
import type { Schema, SessionRow } from './schema.ts'

/** Sessions that were not used since `idleSince`, or ended before `now`, do not count. */
export interface Live {
  readonly idleSince: number
  readonly now: number
}

export interface SessionsTable {
  /** The browser's live sessions, the current one first. */
  readonly ofBrowser: (browserHash: string, live: Live) => Promise<readonly Session[]>
  /**
   * Logs a user in, and answers the session: the browser gets a new name, and a former session of the same user there goes on
   * as the new one under its own id, by which the clients know it.
   */
  readonly begin: (formerBrowserHash: string | undefined, browserHash: string, session: Session) => Promise<Session>
  /** Whether the session is live, in whichever browser. */
  readonly isLive: (id: string, live: Live) => Promise<boolean>
  /** Whether the session is there; in a transaction, nobody can end it until that has ended. */
  readonly hold: (id: string) => Promise<boolean>
  /** Makes one of the browser's sessions its current one; another browser's is left alone. */
  readonly select: (browserHash: string, id: string, now: number) => Promise<void>
  readonly touch: (id: string, now: number) => Promise<void>
  /** Ends one of the browser's sessions, and answers it if it was there. */
  readonly end: (browserHash: string, id: string) => Promise<Session | undefined>
  /** Ends all sessions of a browser and answers them. */
  readonly endBrowser: (browserHash: string) => Promise<readonly Session[]>
  /** Ends all sessions of a user. */
  readonly endUser: (userId: string) => Promise<void>
  /** A batch of what has ended: answers how many, and 0 when nothing is left. */
  readonly removeEnded: (live: Live) => Promise<number>
}

export function sessionsTable({ db, kind, read, compiled }: Connection): SessionsTable {
  return {
    ofBrowser: async (browserHash, live) => {
      const ofBrowser = () =>
        db
          .selectFrom('sessions')
          .selectAll()
          .where('browser_hash', '=', '')
          .where('last_seen_at', '>', 0)
          .where('expires_at', '>', 0)
          .orderBy('selected_at', 'desc')
          .orderBy('id')
      const values = [browserHash, live.idleSince, live.now]
      const rows = await read(compiled('sessions.ofBrowser', ofBrowser), values)
      return rows.map(fromRow)
    },
    begin: async (former, browserHash, session) => {
      const { id: _, ...renewed } = toRow(session, browserHash)
      if (former !== undefined) {
        await db.updateTable('sessions').set({ browser_hash: browserHash }).where('browser_hash', '=', former).execute()
        const continued = await db
          .updateTable('sessions')
          .set(renewed)
          .where('browser_hash', '=', browserHash)
          .where('user_id', '=', session.userId)
          .returningAll()
          .executeTakeFirst()
        await putBehind(browserHash, continued?.id ?? session.id, session.selectedAt)
        if (continued) return fromRow(continued)
      }
      await db.insertInto('sessions').values(toRow(session, browserHash)).execute()
      return session
    },
    hold: async (id) => {
      const query = db.selectFrom('sessions').select('id').where('id', '=', id)
      // A transaction on SQLite has locked the whole database already.
      return (await (kind === 'postgres' ? query.forShare() : query).executeTakeFirst()) !== undefined
    },
    isLive: async (id, live) => {
      const row = await db
        .selectFrom('sessions')
        .select('id')
        .where('id', '=', id)
        .where('last_seen_at', '>', live.idleSince)
        .where('expires_at', '>', live.now)
        .executeTakeFirst()
      return row !== undefined
    },
    select: async (browserHash, id, now) => {
      const [result] = await db
        .updateTable('sessions')
        .set({ selected_at: now })
        .where('browser_hash', '=', browserHash)
        .where('id', '=', id)
        .execute()
      if (result && result.numUpdatedRows > 0n) await putBehind(browserHash, id, now)
    },
    touch: async (id, now) => {
      await db.updateTable('sessions').set({ last_seen_at: now }).where('id', '=', id).execute()
    },
    end: async (browserHash, id) => {
      const row = await db
        .deleteFrom('sessions')
        .where('browser_hash', '=', browserHash)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      return row && fromRow(row)
    },
    endBrowser: async (browserHash) => {
      const rows = await db.deleteFrom('sessions').where('browser_hash', '=', browserHash).returningAll().execute()
      return rows.map(fromRow)
    },
    endUser: async (userId) => {
      await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
    },
    removeEnded: async (live) => {
      const isOver = (where: ExpressionBuilder<Schema, 'sessions'>) =>
        where.or([where('expires_at', '<=', live.now), where('last_seen_at', '<=', live.idleSince)])
      const ended = db.selectFrom('sessions').select('id').where(isOver).limit(batchSize)
      return countRemoved(await db.deleteFrom('sessions').where(isOver).where('id', 'in', ended).execute())
    },
  }

  /** Times are whole seconds: the browser's sessions that were selected in the same one come behind this one. */
  async function putBehind(browserHash: string, id: string, now: number): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ selected_at: now - 1 })
      .where('browser_hash', '=', browserHash)
      .where('id', '!=', id)
      .where('selected_at', '>=', now)
      .execute()
  }
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    authenticatedAt: row.authenticated_at,
    selectedAt: row.selected_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
  }
}

function toRow(session: Session, browserHash: string): SessionRow {
  return {
    id: session.id,
    browser_hash: browserHash,
    user_id: session.userId,
    authenticated_at: session.authenticatedAt,
    selected_at: session.selectedAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
  }
}
