/** The options of a web login. */
import type { ClientError } from '../errors.ts'
import type { ClientOptions } from '../options/client-options.ts'
import type { SessionStore } from './session-store.ts'

/** What `createWebLogin` takes: the options of a client, and those for the app's own cookies and paths. Times are in seconds. */
export interface WebLoginOptions extends Omit<ClientOptions, 'redirectUri' | 'postLogoutRedirectUri' | 'storage'> {
  /**
   * The app's callback URL, exactly as registered: https, or http on loopback or one of `unsafeHttpHosts`, with a path that ends in `/callback`. The other routes
   * are beside it: `https://app.example.com/auth/callback` adds `/auth/login`, `/auth/logout` and `/auth/session`.
   */
  readonly redirectUri: string
  /**
   * Seals the cookies: at least 32 bytes that nobody can guess, the same in all processes of the app. With several secrets, the first
   * seals and all of them open: put a new one in front, and remove the old one after `sessionLifetime`.
   */
  readonly cookieSecret: string | readonly string[]
  /**
   * Keeps the sessions, so that the cookie has only an id. A session can then be ended on the server, and has no size limit.
   * @default none: the sealed tokens are in the cookie itself
   */
  readonly session?: SessionStore
  /**
   * How long after the login a session ends, even if it is in use.
   * @default 604800 (seven days)
   */
  readonly sessionLifetime?: number
  /**
   * The beginning of the names of the cookies, after `__Host-`: letters, digits, `-` and `_`.
   * @default 'web-login'
   */
  readonly cookieName?: string
  /**
   * The path that the browser goes to after a login without `return_to`.
   * @default '/'
   */
  readonly afterLogin?: string
  /**
   * The path that the browser goes to after a logout. Register its URL with the issuer as a `post_logout_redirect_uri`.
   * @default '/'
   */
  readonly afterLogout?: string
  /**
   * Called with each error of the issuer or of the session store during a request, for a log. Its message has no secret in it; its cause is
   * what the session store has thrown. `() => {}` reports nothing.
   * @default the console gets the message and the code
   */
  readonly onError?: (error: ClientError) => void
}
