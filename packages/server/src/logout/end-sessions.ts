/** Ends sessions: their browser is logged out, their clients lose what is not offline access, and logout tokens are queued. */
import type { Browser } from '../browser/browser.ts'
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { Session } from '../domain/session.ts'
import { liveNow } from '../login/sessions.ts'
import type { Tables } from '../store/tables.ts'

/** What a logout ended. The logout tokens are queued; `ctx.logoutDelivery` sends them. */
export interface EndedSessions {
  readonly ended: readonly Session[]
  /** Whether nobody is logged in in this browser now. */
  readonly isLast: boolean
}

/** Ends all sessions of the browser. */
export function endBrowserSessions(ctx: Context, browser: Browser): Promise<EndedSessions> {
  return ctx.store.transaction((tables) => endAll(ctx, tables, browser))
}

/** Ends one session of the browser. Other users stay logged in there. */
export function endBrowserSession(ctx: Context, browser: Browser, { id }: Session): Promise<EndedSessions> {
  return ctx.store.transaction(async (tables) => {
    const others = await tables.sessions.ofBrowser(browser.hash, liveNow(ctx))
    if (others.every((session) => session.id === id)) return await endAll(ctx, tables, browser)
    const session = await tables.sessions.end(browser.hash, id)
    const ended = session ? [session] : []
    await revokeOnlineGrants(ctx, tables, ended)
    return { ended, isLast: false }
  })
}

/**
 * Logs out the clients of a session that ended because it was idle: they may still have tokens that they refreshed. No later login continues it, since
 * its clients know it as ended. Does nothing to a session that is live in some browser.
 */
export function endIdleSession(ctx: Context, session: Pick<Session, 'id' | 'userId'>): Promise<void> {
  return ctx.store.transaction(async (tables) => {
    await tables.sessions.removeIfEnded(session.id, liveNow(ctx))
    if (await tables.sessions.lock(session.id)) return
    const revoked = await tables.grants.revokeOnline([session.id], Math.floor(ctx.now()))
    // Only once: a second logout has no clients left to notify.
    if (revoked > 0) await queueDeliveries(ctx, tables, session)
  })
}

async function endAll(ctx: Context, tables: Tables, browser: Browser): Promise<EndedSessions> {
  const ended = await tables.sessions.endBrowser(browser.hash)
  await tables.interactionResults.removeBrowser(browser.hash)
  await revokeOnlineGrants(ctx, tables, ended)
  return { ended, isLast: true }
}

async function revokeOnlineGrants(ctx: Context, tables: Tables, ended: readonly Session[]): Promise<void> {
  for (const session of ended) await queueDeliveries(ctx, tables, session)
  // OIDC Back-Channel Logout §2.7: refresh tokens without offline_access SHOULD be revoked, those with it SHOULD NOT.
  const sessionIds = ended.map((session) => session.id)
  await tables.grants.revokeOnline(sessionIds, Math.floor(ctx.now()))
}

/** OIDC Back-Channel Logout §2.5: a logout token goes to every client that the user logged in to in this session. */
async function queueDeliveries(
  ctx: Context,
  tables: Tables,
  { id: sessionId, userId }: Pick<Session, 'id' | 'userId'>,
): Promise<void> {
  const now = Math.floor(ctx.now())
  for (const clientId of await tables.grants.clientsOf([sessionId])) {
    // Through the transaction's tables: SQLite has no second connection for writes.
    const client = await findClient({ config: ctx.config, store: tables }, clientId)
    if (client?.backchannelLogoutUri === undefined) continue
    await tables.logoutDeliveries.insert({ id: ctx.random.id(), clientId, sessionId, userId }, now)
  }
}
