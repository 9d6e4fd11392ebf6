/** What logging out does: sessions of the browser end, and what their clients may not keep ends with them. */

import type { Browser } from '../browser/browser.ts'
import { findClient } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { Session } from '../domain/session.ts'
import { liveNow } from '../login/sessions.ts'
import type { Tables } from '../store/open.ts'

/** What a logout ended. Nobody is told yet: `ctx.logoutDelivery` does that. */
export interface EndedSessions {
  readonly ended: readonly Session[]
  /** Whether nobody is logged in in the browser any more. */
  readonly isBrowserDone: boolean
}

/** Ends all sessions of the browser. */
export function endBrowserSessions(ctx: Context, browser: Browser): Promise<EndedSessions> {
  return ctx.store.transaction((tables) => endAll(ctx, tables, browser))
}

/** Ends one session of the browser: who else is logged in there stays so. */
export function endBrowserSession(ctx: Context, browser: Browser, { id }: Session): Promise<EndedSessions> {
  return ctx.store.transaction(async (tables) => {
    const others = await tables.sessions.ofBrowser(browser.hash, liveNow(ctx))
    if (others.every((session) => session.id === id)) return await endAll(ctx, tables, browser)
    const session = await tables.sessions.end(browser.hash, id)
    const ended = session ? [session] : []
    await endGranted(ctx, tables, ended)
    return { ended, isBrowserDone: false }
  })
}

/**
 * Ends what is left of a session that has ended by itself, for lying unused: its clients may still hold tokens that they
 * refreshed. Does nothing to a session that is live in some browser.
 */
export function endLeftOver(ctx: Context, session: Pick<Session, 'id' | 'userId'>): Promise<void> {
  return ctx.store.transaction(async (tables) => {
    if (await tables.sessions.isLive(session.id, liveNow(ctx))) return
    const revoked = await tables.grants.revokeOnline([session.id], Math.floor(ctx.now()))
    // Once: who logs out again has nobody to tell any more.
    if (revoked > 0) await noteDeliveries(ctx, tables, session)
  })
}

async function endAll(ctx: Context, tables: Tables, browser: Browser): Promise<EndedSessions> {
  const ended = await tables.sessions.endBrowser(browser.hash)
  await tables.interactionAnswers.removeBrowser(browser.hash)
  await endGranted(ctx, tables, ended)
  return { ended, isBrowserDone: true }
}

async function endGranted(ctx: Context, tables: Tables, ended: readonly Session[]): Promise<void> {
  for (const session of ended) await noteDeliveries(ctx, tables, session)
  // OIDC Back-Channel Logout §2.7: refresh tokens without offline_access SHOULD be revoked, those with it SHOULD NOT.
  const sessionIds = ended.map((session) => session.id)
  await tables.grants.revokeOnline(sessionIds, Math.floor(ctx.now()))
}

/** OIDC Back-Channel Logout §2.5: a logout token goes to every client that the user logged in to in this session. */
async function noteDeliveries(
  ctx: Context,
  tables: Tables,
  { id: sessionId, userId }: Pick<Session, 'id' | 'userId'>,
): Promise<void> {
  const now = Math.floor(ctx.now())
  for (const clientId of await tables.grants.clientsOf([sessionId])) {
    // Within the transaction: on SQLite there is no other connection to look it up on.
    const client = await findClient({ config: ctx.config, store: tables }, clientId)
    if (client?.backchannelLogoutUri === undefined) continue
    await tables.logoutDeliveries.insert({ id: ctx.random.id(), clientId, sessionId, userId }, now)
  }
}
