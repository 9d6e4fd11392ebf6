/** POST /language: keeps the language that a user chose on a page, and returns to that page. */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { languageCookie, languages } from '../pages/language.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { readPagePost } from './page-post.ts'
import { pagePaths, pageTarget } from './page-subject.ts'

/** Seconds: a year. */
const choiceLifetime = 365 * 24 * 3600

export async function chooseLanguageOfPages(ctx: Context, request: Request): Promise<Reply> {
  const post = await readPagePost(ctx, request)
  const { form } = post
  const language = languages.find((known) => known === form.get('language'))
  // Only a page of ours and its query: this is not a way to another site.
  const [, name, query] = /^([a-z-]+)\?([\x21-\x7e]*)$/.exec(form.get('return') ?? '') ?? []
  const path = pagePaths.find((known) => known === name)
  if (!language || path === undefined || query === undefined) {
    throw new OAuthError('invalid_request', 'language or return is malformed', { reason: 'interaction_malformed' })
  }
  if (post.isStale) return { ...seeOther(pageTarget(ctx, path, query)), rejection: post.rejection }
  return {
    ...seeOther(pageTarget(ctx, path, withLocale(query, language))),
    cookie: { name: languageCookie, value: language, maxAge: choiceLifetime },
  }
}

/** `ui_locales` of the request is stronger than the cookie, so the user's choice replaces it where there is one. */
function withLocale(query: string, language: string): string {
  return query.replace(/(?<=^|&)ui_locales=[^&]*/, `ui_locales=${language}`)
}
