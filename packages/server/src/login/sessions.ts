/** The sessions of a browser: which users are logged in there. */
import { type Browser, newBrowser } from '../browser/browser.ts'
import type { Context } from '../context.ts'
import type { Authentication } from '../domain/authentication-context.ts'
import type { Session } from '../domain/session.ts'
import type { User } from '../domain/user.ts'
import type { Live } from '../store/sessions.ts'
import { confirmUser } from '../users/directories/confirm-user.ts'
import { DirectoryUnavailable } from '../users/directories/open-directory.ts'

/** Seconds. Recording each use would cost a commit per request. */
const touchInterval = 60

/**
 * The browser's sessions, the current one first, without those of disabled users. A session whose user's directory does not respond is left out,
 * not ended: another account can log in, and the session is back with the directory.
 */
export async function findSessions(ctx: Context, browser: Browser | undefined): Promise<readonly Session[]> {
  if (!browser) return []
  const sessions = await ctx.store.sessions.ofBrowser(browser.hash, liveNow(ctx))
  const areLive = await Promise.all(sessions.map(({ userId }) => isEnabled(ctx, userId)))
  return sessions.filter((_, index) => areLive[index])
}

async function isEnabled(ctx: Context, userId: string): Promise<boolean> {
  try {
    await confirmUser(ctx, userId)
  } catch (error) {
    if (error instanceof DirectoryUnavailable) return false
    throw error
  }
  return (await ctx.store.subjects.find(userId))?.isDisabled === false
}

/**
 * Logs `user` in: a session under a new cookie. Interaction results under the old cookie are removed. `undefined` when the user
 * changed since they were read: the password may be wrong by now.
 */
export async function beginSession(
  ctx: Context,
  former: Browser | undefined,
  { subject }: User,
  authentication: Authentication,
): Promise<{ readonly browser: Browser; readonly session: Session } | undefined> {
  const now = Math.floor(ctx.now())
  const browser = newBrowser(ctx)
  const begun: Session = {
    id: ctx.random.id(),
    userId: subject.id,
    ...authentication,
    authenticatedAt: now,
    selectedAt: now,
    lastSeenAt: now,
    expiresAt: now + ctx.config.sessionLifetime,
  }
  return await ctx.store.transaction(async ({ subjects, sessions, interactionResults }) => {
    if (!(await subjects.lock(subject))) return undefined
    const session = await sessions.begin(former?.hash, browser.hash, begun)
    if (former) await interactionResults.removeBrowser(former.hash)
    return { browser, session }
  })
}

/** Records that the session is in use, so that it does not end as idle. */
export async function touchSession(ctx: Context, session: Session): Promise<void> {
  const now = Math.floor(ctx.now())
  if (now - session.lastSeenAt >= touchInterval) await ctx.store.sessions.touch(session.id, now)
}

/** Which sessions are live now. */
export function liveNow(ctx: Context): Live {
  const now = Math.floor(ctx.now())
  return { now, idleSince: now - ctx.config.sessionIdleLifetime }
}
