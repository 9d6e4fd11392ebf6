/** The frame of an error page: the user's language, the operator's brand. */
import type { Config } from '../config/options.ts'
import type { Frame } from '../pages/frame.ts'
import { chooseLanguage, languageCookie } from '../pages/language.ts'
import { readCookie } from './cookies.ts'

/** What an error page needs of the request. */
export interface PageRequest {
  /** The query string as sent, without `?`. */
  readonly query: string
  readonly header: (name: string) => string | undefined
}

export function errorFrame(config: Config, { query, header }: PageRequest): Frame {
  return {
    language: chooseLanguage({
      // OpenID Connect Core §3.1.2.1. The request may be malformed: what can be read of it counts.
      uiLocales: new URLSearchParams(query).get('ui_locales') ?? undefined,
      cookie: readCookie(config, header('cookie'), languageCookie),
      acceptLanguage: header('accept-language'),
    }),
    brand: config.brand,
    basePath: config.basePath,
    csrf: '',
    languageReturn: undefined,
  }
}
