/** GET /: says in the deployment's brand what this address is for. Sets no cookie and asks nothing. */
import type { Context } from '../context.ts'
import { stillPagePolicy } from '../pages/frame.ts'
import { homePage } from '../pages/home.ts'
import { chooseLanguage, languageCookie } from '../pages/language.ts'
import { html, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'

export function home({ config: { brand, basePath } }: Context, request: Request): Reply {
  const language = chooseLanguage({
    uiLocales: new URLSearchParams(request.query).get('ui_locales') ?? undefined,
    cookie: request.cookie(languageCookie),
    acceptLanguage: request.header('accept-language'),
  })
  const page = homePage({ language, brand, basePath, csrf: '', languageReturn: `?${request.query}` })
  return html(page, stillPagePolicy(brand))
}
