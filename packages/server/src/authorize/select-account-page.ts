/** GET and POST /select-account: which of the browser's accounts to go on with. */
import { findBrowser } from '../browser/browser.ts'
import { page, readPagePost } from '../browser/page.ts'
import type { Context } from '../context.ts'
import type { Session } from '../domain/session.ts'
import { accountChooserPage, type ChoosableAccount } from '../pages/account-chooser.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import { giveAnswer } from './interaction-results.ts'
import { backToAuthorize, readAuthorization, readShownAuthorization } from './read-authorization.ts'

export async function showAccounts(ctx: Context, request: Request): Promise<Reply> {
  const { target, situation } = await readShownAuthorization(ctx, request)
  const accounts = (await Promise.all(situation.sessions.map((session) => toAccount(ctx, session)))).flat()
  if (!findBrowser(ctx, request) || accounts.length === 0) return backToAuthorize(ctx, request.query)
  const { query } = request
  const about = { query, languageReturn: `select-account?${query}`, redirectUri: target.redirectUri }
  return page(ctx, request, about, (frame) =>
    accountChooserPage(frame, { request: query, clientName: target.client.name, accounts }),
  )
}

export async function selectAccount(ctx: Context, request: Request): Promise<Reply> {
  const { form, browser, query } = await step(request.trace, 'check_form', () => readPagePost(ctx, request))
  const { situation, session: current } = await readAuthorization(ctx, browser, query)
  const chosen = situation.sessions.find((session) => session.id === form.get('account'))
  if (chosen) {
    await ctx.store.sessions.select(browser.hash, chosen.id, Math.floor(ctx.now()))
    await giveAnswer(ctx, browser, query, chosen, 'account')
  } else if (current) {
    await giveAnswer(ctx, browser, query, current, 'another_account')
  }
  return backToAuthorize(ctx, query)
}

async function toAccount(ctx: Context, session: Session): Promise<readonly ChoosableAccount[]> {
  const user = await ctx.store.users.findById(session.userId)
  return user ? [{ sessionId: session.id, username: user.username, fullName: user.fullName ?? undefined }] : []
}
