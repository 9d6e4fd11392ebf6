/** The language of the pages: OpenID Connect Core §3.1.2.1 (ui_locales), RFC 9110 §12.5.4 (Accept-Language). */

export type Language = 'en' | 'ru' | 'ja'

export const languages: readonly Language[] = ['en', 'ru', 'ja']

/** A text that the operator wrote: for all languages, or one for each. Languages without one get the English one. */
export type Translated = string | ({ readonly en: string } & { readonly [Other in Language]?: string })

export function textIn(text: Translated, language: Language): string {
  return typeof text === 'string' ? text : (text[language] ?? text.en)
}

/** The query of a page in another language: `ui_locales` is stronger than the cookie. */
export function withLocale(query: string, language: Language): string {
  const locale = `ui_locales=${language}`
  const pairs = query.split('&')
  const at = pairs.findIndex(isLocale)
  if (at !== -1) return pairs.with(at, locale).join('&')
  return query === '' ? locale : `${query}&${locale}`
}

export function hasLocale(query: string): boolean {
  return query.split('&').some(isLocale)
}

/** The query without its first `ui_locales` and the `&` before it. */
export function withoutLocale(query: string): string {
  const pairs = query.split('&')
  const at = pairs.findIndex(isLocale)
  if (at === -1) return query
  const rest = pairs.slice(at + 1).map((pair) => `&${pair}`)
  return pairs.slice(0, at).join('&') + rest.join('')
}

/** A name of ten characters, as `ui_locales` has. Clients may percent-encode any of them (RFC 3986 §2.3). */
const isLikeLocale = /^(?:[a-z_]|%[0-7][\da-f]){10}(?:=|$)/i

function isLocale(pair: string): boolean {
  return isLikeLocale.test(pair) && new URLSearchParams(pair).has('ui_locales')
}

/** The cookie with the user's choice. All issuers of a host share it, so that every page has the same language. */
export const languageCookie = 'countersign-language'

/** What a request says about languages, unchecked. */
export interface LanguagePreferences {
  readonly uiLocales: string | undefined
  readonly cookie: string | undefined
  readonly acceptLanguage: string | undefined
}

/** Only so many tags of a list are read. */
const maxTags = 10

/** The first of `ui_locales`, the cookie and Accept-Language that names a supported language, or English. */
export function chooseLanguage({ uiLocales, cookie, acceptLanguage }: LanguagePreferences): Language {
  return (
    firstOf(uiLocales?.split(' ', maxTags)) ??
    firstOf(cookie?.split(' ', 1)) ??
    firstOf(accepted(acceptLanguage)) ??
    'en'
  )
}

function firstOf(tags: readonly string[] = []): Language | undefined {
  for (const tag of tags) {
    const found = languages.find((language) => language === primarySubtag(tag))
    if (found) return found
  }
  return undefined
}

/** RFC 5646 §2.1.1: tags are not case-sensitive. */
function primarySubtag(tag: string): string | undefined {
  return /^([a-z]{2,8})(?![^-])/i.exec(tag)?.[1]?.toLowerCase()
}

/** The tags of an Accept-Language field, by preference. */
function accepted(field = ''): readonly string[] {
  return (
    field
      .split(',', maxTags)
      .map((range) => /^\s*([a-z0-9-]{2,35})\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/i.exec(range))
      .flatMap((range) => (range?.[1] ? [{ tag: range[1], quality: Number(range[2] ?? 1) }] : []))
      // RFC 9110 §12.4.2: a quality value of 0 means "not acceptable".
      .filter(({ quality }) => quality > 0)
      .toSorted((one, other) => other.quality - one.quality)
      .map(({ tag }) => tag)
  )
}
