/** The language that a user chose on a page: read from its form, and kept in a cookie. */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { hasLocale, type Language, languageCookie, languages, withLocale } from '../pages/language.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { type PagePost, readPagePost } from './page-post.ts'
import { type PagePath, pagePaths, pageTarget } from './page-subject.ts'

export { type Language, withoutLocale } from '../pages/language.ts'

export interface LanguageChoice {
  readonly post: PagePost
  readonly language: Language
  /** The page that the user is on, and the request that it is about, in the chosen language. */
  readonly path: PagePath
  readonly query: string
}

/** Seconds: a year. */
const choiceLifetime = 365 * 24 * 3600

/** @throws OAuthError `forbidden`, `invalid_request` */
export async function readLanguageChoice(ctx: Context, request: Request): Promise<LanguageChoice> {
  const post = await readPagePost(ctx, request)
  const language = languages.find((known) => known === post.form.get('language'))
  // Only a page of ours and its query: this is not a way to another site.
  const [, name, query] = /^([a-z-]+)\?([\x21-\x7e]*)$/.exec(post.form.get('return') ?? '') ?? []
  const path = pagePaths.find((known) => known === name)
  if (!language || path === undefined || query === undefined) {
    throw new OAuthError('invalid_request', 'language or return is malformed', { reason: 'interaction_malformed' })
  }
  // `ui_locales` of the request is stronger than the cookie, so the user's choice replaces it where there is one.
  return { post, language, path, query: hasLocale(query) ? withLocale(query, language) : query }
}

/** Keeps the language, and returns to the page. `shown`: the page itself, where something was typed on it. */
export function keepLanguage(ctx: Context, choice: LanguageChoice, shown: Reply | undefined): Reply {
  const { post, language, path, query } = choice
  const reply = shown ?? seeOther(pageTarget(ctx, path, query))
  if (post.isStale) return { ...reply, rejection: post.rejection }
  return { ...reply, cookies: [{ name: languageCookie, value: language, maxAge: choiceLifetime }] }
}
