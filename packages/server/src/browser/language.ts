/** POST /language: keeps the language that a person chose on a page, and goes back to the page. */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { languageCookie, languages } from '../pages/language.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { readPagePost } from './page.ts'

/** Seconds: a year. */
const choiceLifetime = 365 * 24 * 3600

export function chooseLanguageOfPages(ctx: Context, request: Request): Reply {
  const { form } = readPagePost(ctx, request)
  const language = languages.find((known) => known === form.get('language'))
  // A page of ours and its query, nothing else: no way to another site.
  const [, path, query] = /^(login|consent|select-account|logout)\?([\x21-\x7e]*)$/.exec(form.get('return') ?? '') ?? []
  if (!language || path === undefined || query === undefined) {
    throw new OAuthError('invalid_request', 'language or return is malformed', { reason: 'interaction_malformed' })
  }
  return {
    ...seeOther(`${ctx.config.basePath}/${path}?${withLocale(query, language)}`),
    cookie: { name: languageCookie, value: language, maxAge: choiceLifetime },
  }
}

/** The application's own wish stands above the cookie: a person's choice replaces it where there is one. */
function withLocale(query: string, language: string): string {
  return query.replace(/(?<=^|&)ui_locales=[^&]*/, `ui_locales=${language}`)
}
