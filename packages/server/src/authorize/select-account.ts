/** GET and POST /select-account: which of the browser's accounts to go on with (OIDC Core §3.1.2.1 `select_account`). */
import { findBrowser } from '../browser/browser.ts'
import { page } from '../browser/page.ts'
import { goOn, readPagePost } from '../browser/page-post.ts'
import { returnTarget } from '../browser/page-subject.ts'
import type { Context } from '../context.ts'
import type { Session } from '../domain/session.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { recordResult } from './interaction-results.ts'
import { readPageAuthorization } from './read-authorization.ts'

export async function showAccounts(ctx: Context, request: Request): Promise<Reply> {
  const browser = findBrowser(ctx, request)
  const { subject, target, state } = await readPageAuthorization(ctx, request.trace, browser, request.query)
  const accounts = (await Promise.all(state.sessions.map((session) => toAccount(ctx, session)))).flat()
  if (!browser || accounts.length === 0) return seeOther(returnTarget(ctx, subject))
  const content = { request: subject.query, clientName: target.client.name, accounts }
  const { redirectUri, client } = target
  return page(
    ctx,
    request,
    { subject, path: 'select-account', redirectUri, client },
    { page: 'select_account', content },
  )
}

export async function selectAccount(ctx: Context, request: Request): Promise<Reply> {
  const post = await readPagePost(ctx, request)
  const { form, query } = post
  const { subject, state, session: current } = await readPageAuthorization(ctx, request.trace, post.browser, query)
  if (post.isStale) return goOn(ctx, post, subject)
  const { browser } = post
  const chosen = state.sessions.find((session) => session.id === form.get('account'))
  if (chosen) {
    await ctx.store.sessions.select(browser.hash, chosen.id, Math.floor(ctx.now()))
    await recordResult(ctx, browser, query, chosen, 'account')
  } else if (current) {
    await recordResult(ctx, browser, query, current, 'another_account')
  }
  return seeOther(returnTarget(ctx, subject))
}

async function toAccount(ctx: Context, session: Session) {
  const user = await ctx.store.users.findById(session.userId)
  if (!user) return []
  const { username, fullName } = user.profile
  return [{ sessionId: session.id, username, fullName: fullName ?? undefined }]
}
