/** A client of one issuer: logs in, keeps the tokens, renews them and brings them to APIs. */
import { createApiFetch } from './api-fetch.ts'
import { rememberConfig } from './client-config.ts'
import { resolveOptions } from './config.ts'
import { beginLogin, type LoginOptions } from './oauth/authorization-request.ts'
import { answerParameters, completeLogin, stateOf } from './oauth/authorization-response.ts'
import { type ClientCredentialsOptions, requestClientCredentials } from './oauth/client-credentials.ts'
import { type LogoutOptions, logoutUrl } from './oauth/logout-url.ts'
import { type PasswordOptions, requestWithPassword } from './oauth/password.ts'
import type { Fetch } from './oauth/request-json.ts'
import { revokeTokens } from './oauth/revoke.ts'
import { type IdTokenClaims, isTokens, type Tokens } from './oauth/tokens.ts'
import type { ClientOptions } from './options/client-options.ts'
import { findPage, type Page } from './page.ts'
import { keepLogin, takeLogin } from './tokens/kept-logins.ts'
import { createTokenKeeper } from './tokens/kept-tokens.ts'
import { createRenewal } from './tokens/renewal.ts'
import { canRenew, type KeptTokens } from './tokens/renewal-policy.ts'

/** Made by `createClient`. Its functions need no `this`. They reject with a `ClientError`, or with what the storage throws. */
export interface Client {
  /** In a page: goes to the issuer to log in. @throws TypeError where there is no page: see `authorizationUrl` */
  readonly login: (options?: LoginOptions) => Promise<void>
  /** Where to send the browser to log in (RFC 6749 §4.1.1); remembers the log-in for ten minutes. */
  readonly authorizationUrl: (options?: LoginOptions) => Promise<string>
  /**
   * Completes the log-in that the URL answers, and keeps its tokens. It works once per log-in.
   * @param url what the browser came back with. Without it, that of the page. Of that one, the answer is removed
   */
  readonly callback: (url?: string | URL) => Promise<Tokens>
  /** What is kept, good or not. */
  readonly tokens: () => Promise<Tokens | undefined>
  /** An access token that is good now, renewed if it is about to end. Rejects with `login_required` when there is none. */
  readonly accessToken: () => Promise<string>
  /** Who logged in: the checked claims of the ID token. */
  readonly user: () => Promise<IdTokenClaims | undefined>
  /** Gets and keeps tokens of the client's own (RFC 6749 §4.4). They are got anew when they end. */
  readonly clientCredentials: (options?: ClientCredentialsOptions) => Promise<Tokens>
  /**
   * Gets and keeps tokens for a username and a password (RFC 6749 §4.3). For first-party use with issuers that still have it:
   * OAuth 2.1 has this grant no more.
   */
  readonly password: (options: PasswordOptions) => Promise<Tokens>
  /** Keeps tokens that were got in another way, as with a device (RFC 8628), in place of those that are kept. */
  readonly keep: (tokens: Tokens) => Promise<Tokens>
  /** Renews the tokens now. All callers share one request. Rejects with `login_required` when that can't be. */
  readonly refresh: () => Promise<Tokens>
  /**
   * `fetch` with the access token, for URLs under the option `apis` and no others. Renews the token before it ends, and once when
   * the API refuses it (401); then the request is sent again, unless its body is a stream. Any other answer is handed on.
   */
  readonly fetch: Fetch
  /** Forgets the tokens, and answers where to send the browser so that the user is logged out at the issuer, too. */
  readonly logout: (options?: LogoutOptions) => Promise<string>
  /**
   * Has the issuer revoke the tokens (RFC 7009), and forgets them. When the issuer gives no answer, or one of failure (429, 5xx),
   * it rejects and they are kept, so that it can be tried again (§2.2.1). `logout` forgets them in any case.
   */
  readonly revoke: () => Promise<void>
}

/** @throws TypeError that names a wrong option and what it may be */
export function createClient(options: ClientOptions): Client {
  const config = resolveOptions(options)
  const keeper = createTokenKeeper(config)
  const renewal = createRenewal(config, keeper)
  const tokens = async (): Promise<Tokens | undefined> => (await keeper.find())?.tokens
  const keepAndAnswer = async (kept: KeptTokens): Promise<Tokens> => {
    await keeper.keep(kept)
    return kept.tokens
  }
  const authorizationUrl: Client['authorizationUrl'] = async (options) => {
    const { url, transaction } = await beginLogin(config, options)
    await keepLogin(config, transaction)
    return url
  }

  const client = Object.freeze<Client>({
    authorizationUrl,
    login: async (options) => {
      const page = requirePage('login() needs a page: use authorizationUrl()')
      page.location.assign(await authorizationUrl(options))
    },
    callback: async (url = requirePage('callback() needs the URL of the answer').location.href) => {
      const state = stateOf(url)
      hideAnswer(url)
      const transaction = await takeLogin(config, state)
      return await keepAndAnswer({ tokens: await completeLogin(config, transaction, url) })
    },
    tokens,
    accessToken: async () => (await renewal.current()).accessToken,
    user: async () => (await tokens())?.claims,
    clientCredentials: async (options = {}) =>
      await keepAndAnswer({ tokens: await requestClientCredentials(config, options), ownScope: options.scope ?? '' }),
    password: async (options) => await keepAndAnswer({ tokens: await requestWithPassword(config, options) }),
    keep: async (got) => {
      if (!isTokens(got)) throw new TypeError('accessToken must be a bearer token, scopes a list')
      return await keepAndAnswer({ tokens: got })
    },
    refresh: async () => await renewal.replace((await tokens())?.accessToken ?? ''),
    fetch: createApiFetch(config, {
      current: renewal.current,
      replace: async ({ accessToken }) => {
        const kept = await keeper.find()
        return kept && canRenew(kept) ? await renewal.replace(accessToken) : undefined
      },
    }),
    logout: async (options) => await logoutUrl(config, await keeper.forget(), options),
    revoke: async () => {
      await keeper.forget((kept) => revokeTokens(config, kept))
    },
  })
  rememberConfig(client, config)
  return client
}

function requirePage(fix: string): Page {
  const page = findPage()
  if (page === undefined) throw new TypeError(fix)
  return page
}

/** Takes the answer out of the page's own URL: a reload must not bring it again, nor history keep it (RFC 9700 §4.2.4). */
function hideAnswer(url: string | URL): void {
  const page = findPage()
  if (page?.location.href !== String(url)) return
  const rest = new URL(url)
  for (const name of [...answerParameters, 'session_state']) rest.searchParams.delete(name)
  page.history.replaceState(page.history.state, '', rest.href)
}
