/** The `sessions` table: which users are logged in in which browser. A browser is known by the hash of its cookie. */
import type { ExpressionBuilder } from 'kysely'
import type { Session } from '../domain/session.ts'
import type { Connection } from './connection.ts'
import { locked } from './locked.ts'
import type { Schema, SessionRow } from './schema.ts'
import { type Placeholders, placed, statement } from './statement.ts'

/** A session is live when it was used after `idleSince` and expires after `now`. */
export interface Live {
  readonly idleSince: number
  readonly now: number
}

export interface SessionsTable {
  /** The browser's live sessions, the current one first. */
  readonly ofBrowser: (browserHash: string, live: Live) => Promise<readonly Session[]>
  /**
   * Logs a user in, and returns the session. The browser gets a new hash. A session that the same user has in it continues
   * under its own id, by which the clients know it.
   */
  readonly begin: (formerBrowserHash: string | undefined, browserHash: string, session: Session) => Promise<Session>
  /** Whether the session exists; in a transaction, nobody can end it until the transaction ends. */
  readonly lock: (id: string) => Promise<boolean>
  /** Makes one of the browser's sessions its current one. Changes nothing if it is another browser's. */
  readonly select: (browserHash: string, id: string, now: number) => Promise<void>
  readonly touch: (id: string, now: number) => Promise<void>
  /** Ends one of the browser's sessions. Returns it if it existed. */
  readonly end: (browserHash: string, id: string) => Promise<Session | undefined>
  /** Removes the session, unless it is live in some browser. */
  readonly removeIfEnded: (id: string, live: Live) => Promise<void>
  /** Ends all sessions of a browser and returns them. */
  readonly endBrowser: (browserHash: string) => Promise<readonly Session[]>
  /** Ends all sessions of a user. */
  readonly endUser: (userId: string) => Promise<void>
  /** Ends at most `max` sessions of a user. Returns how many: 0 when none is left. */
  readonly removeOfUser: (userId: string, max: number) => Promise<number>
  /** Removes at most `max` of the sessions that are not live. Returns how many: 0 when none is left. */
  readonly removeEnded: (live: Live, max: number) => Promise<number>
}

const columns = [
  'id',
  'browser_hash',
  'user_id',
  'amr',
  'acr',
  'authenticated_at',
  'selected_at',
  'last_seen_at',
  'expires_at',
] as const satisfies readonly (keyof SessionRow)[]

const ofBrowser = statement('sessions.ofBrowser', (db, p: Placeholders<Live & { browserHash: string }>) =>
  db
    .selectFrom('sessions')
    .select(columns)
    .where('browser_hash', '=', p.browserHash)
    .where('last_seen_at', '>', p.idleSince)
    .where('expires_at', '>', p.now)
    .orderBy('selected_at', 'desc')
    .orderBy('id'),
)

const renameBrowser = statement(
  'sessions.renameBrowser',
  (db, p: Placeholders<{ formerBrowserHash: string; browserHash: string }>) =>
    db.updateTable('sessions').set({ browser_hash: p.browserHash }).where('browser_hash', '=', p.formerBrowserHash),
)

const renew = statement('sessions.renew', (db, p: Placeholders<Omit<SessionRow, 'id'>>) =>
  db
    .updateTable('sessions')
    .set({
      amr: p.amr,
      acr: p.acr,
      authenticated_at: p.authenticated_at,
      selected_at: p.selected_at,
      last_seen_at: p.last_seen_at,
      expires_at: p.expires_at,
    })
    .where('browser_hash', '=', p.browser_hash)
    .where('user_id', '=', p.user_id)
    .returning(columns),
)

const insert = statement('sessions.insert', (db, p: Placeholders<SessionRow>) =>
  db.insertInto('sessions').values(placed(p, columns)),
)

const lock = statement('sessions.lock', (db, p: Placeholders<{ id: string }>, kind) =>
  locked(kind, db.selectFrom('sessions').select('id').where('id', '=', p.id)),
)

interface Selection {
  readonly browserHash: string
  readonly id: string
  readonly now: number
}

const select = statement('sessions.select', (db, p: Placeholders<Selection>) =>
  db
    .updateTable('sessions')
    .set({ selected_at: p.now })
    .where('browser_hash', '=', p.browserHash)
    .where('id', '=', p.id),
)

/** Times are whole seconds: sessions that were selected in the same second come behind this one. */
const putOthersBehind = statement('sessions.putOthersBehind', (db, p: Placeholders<Selection & { before: number }>) =>
  db
    .updateTable('sessions')
    .set({ selected_at: p.before })
    .where('browser_hash', '=', p.browserHash)
    .where('id', '!=', p.id)
    .where('selected_at', '>=', p.now),
)

const touch = statement('sessions.touch', (db, p: Placeholders<{ id: string; now: number }>) =>
  db.updateTable('sessions').set({ last_seen_at: p.now }).where('id', '=', p.id),
)

const end = statement('sessions.end', (db, p: Placeholders<{ browserHash: string; id: string }>) =>
  db.deleteFrom('sessions').where('browser_hash', '=', p.browserHash).where('id', '=', p.id).returning(columns),
)

const endBrowser = statement('sessions.endBrowser', (db, p: Placeholders<{ browserHash: string }>) =>
  db.deleteFrom('sessions').where('browser_hash', '=', p.browserHash).returning(columns),
)

const endUser = statement('sessions.endUser', (db, p: Placeholders<{ userId: string }>) =>
  db.deleteFrom('sessions').where('user_id', '=', p.userId),
)

const removeOfUser = statement('sessions.removeOfUser', (db, p: Placeholders<{ userId: string; max: number }>) => {
  const some = db.selectFrom('sessions').select('id').where('user_id', '=', p.userId).limit(p.max)
  return db.deleteFrom('sessions').where('id', 'in', some)
})

const removeIfEnded = statement('sessions.removeIfEnded', (db, p: Placeholders<Live & { id: string }>) =>
  db.deleteFrom('sessions').where('id', '=', p.id).where(isEnded(p)),
)

const removeEnded = statement('sessions.removeEnded', (db, p: Placeholders<Live & { max: number }>) => {
  const ended = db.selectFrom('sessions').select('id').where(isEnded(p)).limit(p.max)
  return db.deleteFrom('sessions').where(isEnded(p)).where('id', 'in', ended)
})

function isEnded({ now, idleSince }: Placeholders<Live>) {
  return (where: ExpressionBuilder<Schema, 'sessions'>) =>
    where.or([where('expires_at', '<=', now), where('last_seen_at', '<=', idleSince)])
}

export function sessionsTable({ read, write, writeReturning }: Connection): SessionsTable {
  return {
    ofBrowser: async (browserHash, live) => (await read(ofBrowser, { browserHash, ...live })).map(fromRow),
    begin: async (formerBrowserHash, browserHash, session) => {
      const row = toRow(session, browserHash)
      if (formerBrowserHash !== undefined) {
        await write(renameBrowser, { formerBrowserHash, browserHash })
        const [continued] = await writeReturning(renew, row)
        await putBehind(browserHash, continued?.id ?? session.id, session.selectedAt)
        if (continued) return fromRow(continued)
      }
      await write(insert, row)
      return session
    },
    lock: async (id) => (await read(lock, { id })).length > 0,
    select: async (browserHash, id, now) => {
      const isOfBrowser = (await write(select, { browserHash, id, now })) > 0
      if (isOfBrowser) await putBehind(browserHash, id, now)
    },
    touch: async (id, now) => {
      await write(touch, { id, now })
    },
    end: async (browserHash, id) => {
      const [row] = await writeReturning(end, { browserHash, id })
      return row && fromRow(row)
    },
    removeIfEnded: async (id, live) => {
      await write(removeIfEnded, { id, ...live })
    },
    endBrowser: async (browserHash) => (await writeReturning(endBrowser, { browserHash })).map(fromRow),
    endUser: async (userId) => {
      await write(endUser, { userId })
    },
    removeOfUser: (userId, max) => write(removeOfUser, { userId, max }),
    removeEnded: (live, max) => write(removeEnded, { ...live, max }),
  }

  async function putBehind(browserHash: string, id: string, now: number): Promise<void> {
    await write(putOthersBehind, { browserHash, id, now, before: now - 1 })
  }
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    // Written below as JSON of a list.
    amr: JSON.parse(row.amr),
    acr: row.acr,
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
    amr: JSON.stringify(session.amr),
    acr: session.acr,
    authenticated_at: session.authenticatedAt,
    selected_at: session.selectedAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
  }
}
