/** What logging out does: the sessions of the browser end, and what its clients may not keep ends with them. */
import type { Context } from '../context.ts'
import type { Session } from '../domain/session.ts'
import { findClient } from '../oauth/find-client.ts'
import type { Tables } from '../store/open.ts'
import type { Browser } from './browser.ts'

/** Ends all sessions of the browser, and answers them. Nobody is told yet: `ctx.logoutDelivery` does that. */
export async function endBrowserSessions(ctx: Context, browser: Browser): Promise<readonly Session[]> {
  return await ctx.store.transaction(async (tables) => {
    const ended = await tables.sessions.endBrowser(browser.hash)
    await tables.interactionAnswers.removeBrowser(browser.hash)
    for (const session of ended) await noteDeliveries(ctx, tables, session)
    // OIDC Back-Channel Logout §2.7: refresh tokens without offline_access SHOULD be revoked, those with it SHOULD NOT.
    const sessionIds = ended.map((session) => session.id)
    await tables.grants.revokeOnline(sessionIds, Math.floor(ctx.now()))
    return ended
  })
}

/** OIDC Back-Channel Logout §2.5: a logout token goes to every client that the user logged in to in this session. */
async function noteDeliveries(ctx: Context, tables: Tables, { id: sessionId, userId }: Session): Promise<void> {
  const now = Math.floor(ctx.now())
  for (const clientId of await tables.grants.clientsOf([sessionId])) {
    // Within the transaction: on SQLite there is no other connection to look it up on.
    const client = await findClient({ config: ctx.config, store: tables }, clientId)
    if (client?.backchannelLogoutUri === undefined) continue
    await tables.logoutDeliveries.insert({ id: ctx.random.id(), clientId, sessionId, userId }, now)
  }
}
