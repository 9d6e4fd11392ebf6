/** The frame of an error page: the user's language, the operator's brand, and where the user can start again. */
import type { Config } from '../config/options.ts'
import type { Frame } from '../pages/frame.ts'
import { chooseLanguage, languageCookie } from '../pages/language.ts'
import { readCookie } from './cookies.ts'

/** What an error page needs of the request. */
export interface PageRequest {
  readonly method: string
  readonly path: string
  /** The query string as sent, without `?`. */
  readonly query: string
  /** The body, as far as it was read. */
  readonly body: string
  readonly header: (name: string) => string | undefined
}

export function errorFrame(config: Config, request: PageRequest, status: number): Frame {
  const { query, header } = request
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
    languageReturn: request.method === 'POST' ? requestBehind(request) : `?${passing.includes(status) ? query : ''}`,
  }
}

/** Statuses of errors that the same request may not get again. A page about any other error repeats nothing of the request. */
const passing: readonly number[] = [429, 500, 502, 503, 504]

/**
 * A request that may succeed later is sent again (an empty address is the page's own), a page's post leads back to the request behind
 * the page, and the home page says where all others begin.
 */
export function startAgain({ basePath }: Config, request: PageRequest, status: number): string {
  if (request.method !== 'POST') return passing.includes(status) ? '' : `${basePath}/`
  return `${basePath}/${requestBehind(request)}`
}

/** The path and query of the request behind a page that was posted. `''`: no page made the post. */
function requestBehind({ path, body }: PageRequest): string {
  const query = new URLSearchParams(body).get('request') ?? ''
  if (query === '' || /[^\x21-\x7e]/.test(query)) return ''
  return `${path.startsWith('/logout') ? 'logout' : 'authorize'}?${query}`
}
