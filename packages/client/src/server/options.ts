/** The options of a web login. */
import type { ClientError } from '../errors.ts'
import type { ClientOptions } from '../options/client-options.ts'
import type { SessionStore } from './session-store.ts'

/** What `createWebLogin` takes: the options of a client, and those of the app's own cookies and paths. Times are in seconds. */
export interface WebLoginOptions extends Omit<ClientOptions, 'redirectUri' | 'postLogoutRedirectUri' | 'storage'> {
  /**
   * The app's address of the callback, exactly as registered: https, or http on loopback, and its path ends in `/callback`. The
   * other routes are beside it: `https://app.example.com/auth/callback` brings `/auth/login`, `/auth/logout` and `/auth/session`.
   */
  readonly redirectUri: string
  /**
   * Seals the cookies: at least 32 bytes that nobody can guess, the same in all processes of the app. Of several the first
   * seals and all open: put a new one in front, and remove the old one when `sessionLifetime` has gone by.
   */
  readonly cookieSecret: string | readonly string[]
  /**
   * Keeps the sessions, if the cookie shall have only an id. It can then be ended from here, and has no limit of size.
   * @default the tokens are in the cookie itself, sealed
   */
  readonly session?: SessionStore
  /**
   * How long after the log-in a session ends, however much it is used.
   * @default 604800 (seven days)
   */
  readonly sessionLifetime?: number
  /**
   * What the names of the cookies begin with, after `__Host-`: letters, digits, `-` and `_`.
   * @default 'web-login'
   */
  readonly cookieName?: string
  /**
   * The path where a log-in ends that was not begun for another one.
   * @default '/'
   */
  readonly afterLogin?: string
  /**
   * The path where a log-out ends. Its URL is to be registered with the issuer as a `post_logout_redirect_uri`.
   * @default '/'
   */
  readonly afterLogout?: string
  /**
   * Is told of what went wrong with the issuer while a browser was answered, to be logged. The error has no secret in it.
   * @default nobody is told
   */
  readonly onError?: (error: ClientError) => void
}
