/** POST /language: keeps the language that a user chose on a page, and shows that page again with what was typed. */
import { keepLanguage, type LanguageChoice, readLanguageChoice } from '../browser/language.ts'
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { consentForm } from './consent-form.ts'
import { loginForm } from './login-form.ts'
import { readPageAuthorization } from './read-authorization.ts'

export async function chooseLanguageOfPages(ctx: Context, request: Request): Promise<Reply> {
  const choice = await readLanguageChoice(ctx, request)
  return keepLanguage(ctx, choice, await showTyped(ctx, request, choice))
}

/** The page with what was typed on it, which must not stand in a URL. `undefined`: nothing was. The password is typed again. */
async function showTyped(
  ctx: Context,
  request: Request,
  { post, path, query, language }: LanguageChoice,
): Promise<Reply | undefined> {
  const username = path === 'login' ? post.form.get('username') : undefined
  const isRemembered = path === 'consent' && post.form.get('remember') === 'yes'
  if (username === undefined && !isRemembered) return undefined
  const authorization = await readPageAuthorization(ctx, request.trace, post.browser, query)
  if (username !== undefined) return loginForm(ctx, request, authorization, { username, language })
  return await consentForm(ctx, request, authorization, { isRemembered, language })
}
