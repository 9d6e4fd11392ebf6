/** The config of a web login: its options, checked once when it is made, with all defaults. */
import { type ClientConfig, resolveOptions } from '../config.ts'
import type { ClientError } from '../errors.ts'
import { checkOptions, toList } from '../options/check-options.ts'
import { type CookieSettings, cookieSettings } from './cookies.ts'
import { callbackPath, webLoginRules } from './option-rules.ts'
import type { WebLoginOptions } from './options.ts'
import { reportOnConsole } from './report.ts'
import { readReturnTo } from './return-to.ts'
import type { SessionStore } from './session-store.ts'

export interface WebLoginConfig {
  readonly client: ClientConfig
  /** The app's origin, as browsers see it. */
  readonly origin: string
  readonly redirectUri: string
  /** The path before `/login` and the other routes: empty, or without a slash at its end. */
  readonly basePath: string
  readonly cookieSecrets: readonly string[]
  readonly session: SessionStore | undefined
  readonly sessionLifetime: number
  readonly cookies: CookieSettings
  readonly afterLogin: string
  readonly afterLogout: string
  readonly onError: (error: ClientError) => void
}

const sevenDays = 7 * 24 * 60 * 60

/** @throws TypeError that names the wrong option and what it must be */
export function resolveWebLoginOptions(options: WebLoginOptions): WebLoginConfig {
  checkOptions('createWebLogin', options, webLoginRules, ['issuer', 'clientId', 'redirectUri', 'cookieSecret'])
  const { cookieSecret, session, sessionLifetime = sevenDays, cookieName = 'web-login', ...others } = options
  const { afterLogin = '/', afterLogout = '/', onError = reportOnConsole, redirectUri, ...clientOptions } = others
  const { origin, pathname } = new URL(redirectUri)
  const end = new URL(requirePath('afterLogout', afterLogout, origin), origin).href
  return Object.freeze({
    client: resolveOptions({ ...clientOptions, redirectUri, postLogoutRedirectUri: end }),
    origin,
    redirectUri,
    basePath: pathname.slice(0, -callbackPath.length),
    cookieSecrets: toList(cookieSecret),
    session,
    sessionLifetime,
    cookies: cookieSettings(cookieName, origin),
    afterLogin: requirePath('afterLogin', afterLogin, origin),
    afterLogout,
    onError,
  })
}

function requirePath(name: string, path: string, origin: string): string {
  const read = readReturnTo(path, origin)
  if (read === undefined) throw new TypeError(`${name} is wrong: it must be a path of the app, such as /`)
  return read
}
