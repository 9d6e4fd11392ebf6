/** A client of one issuer: logs in, keeps the tokens, renews them and sends them to APIs. */
import { createApiFetch } from './api-fetch.ts'
import { rememberConfig } from './client-config.ts'
import { resolveOptions } from './config.ts'
import { beginLogin, type LoginOptions } from './oauth/authorization-request.ts'
import { completeLogin, responseParameters, stateOf } from './oauth/authorization-response.ts'
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

/** Made by `createClient`. The functions need no `this`. They reject with a `ClientError`, or with what the storage throws. */
export interface Client {
  /** In a page: goes to the issuer to log in. @throws TypeError without a page: use `authorizationUrl` */
  readonly login: (options?: LoginOptions) => Promise<void>
  /** The URL that the browser opens to log in (RFC 6749 §4.1.1). The login is remembered for ten minutes. */
  readonly authorizationUrl: (options?: LoginOptions) => Promise<string>
  /**
   * Completes a login, and keeps its tokens. Works once per login.
   * @param url the URL that the browser came back to; by default that of the page, from which the response is then removed
   */
  readonly callback: (url?: string | URL) => Promise<Tokens>
  /** The kept tokens, valid or not. */
  readonly tokens: () => Promise<Tokens | undefined>
  /** A valid access token, renewed if it is about to expire. Rejects with `login_required` when there is none. */
  readonly accessToken: () => Promise<string>
  /** The user: the checked claims of the ID token. */
  readonly user: () => Promise<IdTokenClaims | undefined>
  /** Gets and keeps tokens for the client itself (RFC 6749 §4.4). They are requested again when they expire. */
  readonly clientCredentials: (options?: ClientCredentialsOptions) => Promise<Tokens>
  /**
   * Gets and keeps tokens for a username and a password (RFC 6749 §4.3). For first-party apps of issuers that still offer this grant
   * type: OAuth 2.1 has removed it.
   */
  readonly password: (options: PasswordOptions) => Promise<Tokens>
  /** Keeps tokens from another source, such as the device flow (RFC 8628), in place of the kept ones. */
  readonly keep: (tokens: Tokens) => Promise<Tokens>
  /** Renews the tokens now. All callers share one request. Rejects with `login_required` when they cannot be renewed. */
  readonly refresh: () => Promise<Tokens>
  /**
   * `fetch` with the access token, for URLs under the option `apis` and no others. Renews the token before it expires, and once when
   * the API rejects it (401): then the request is sent again, unless its body is a stream. Every other response is returned as it is.
   */
  readonly fetch: Fetch
  /** Forgets the tokens, and returns the URL that the browser opens to log out at the issuer too. */
  readonly logout: (options?: LogoutOptions) => Promise<string>
  /**
   * Has the issuer revoke the tokens (RFC 7009), and forgets them. If the issuer does not respond, or responds with 429 or 5xx, this
   * rejects and keeps the tokens, so that it can be tried again (§2.2.1). `logout` always forgets them.
   */
  readonly revoke: () => Promise<void>
}

/** @throws TypeError that names the wrong option and what it must be */
export function createClient(options: ClientOptions): Client {
  const config = resolveOptions(options)
  const keeper = createTokenKeeper(config)
  const renewal = createRenewal(config, keeper)
  const tokens = async (): Promise<Tokens | undefined> => (await keeper.find())?.tokens
  const keepAndReturn = async (kept: KeptTokens): Promise<Tokens> => {
    await keeper.keep(kept)
    return kept.tokens
  }
  const authorizationUrl: Client['authorizationUrl'] = async (options) => {
    const { url, transaction } = await beginLogin(config, options)
    await keepLogin(config, transaction)
    return url
  }

  const client: Client = {
    authorizationUrl,
    login: async (options) => {
      const page = requirePage('login() needs a page: use authorizationUrl()')
      page.location.assign(await authorizationUrl(options))
    },
    callback: async (url = requirePage('callback() needs a URL').location.href) => {
      const state = stateOf(url)
      removeResponse(url)
      const transaction = await takeLogin(config, state)
      return await keepAndReturn({ tokens: await completeLogin(config, transaction, url) })
    },
    tokens,
    accessToken: async () => (await renewal.current()).accessToken,
    user: async () => (await tokens())?.claims,
    clientCredentials: async (options = {}) =>
      await keepAndReturn({ tokens: await requestClientCredentials(config, options), ownScope: options.scope ?? '' }),
    password: async (options) => await keepAndReturn({ tokens: await requestWithPassword(config, options) }),
    keep: async (received) => {
      if (!isTokens(received)) throw new TypeError('accessToken must be a bearer token, scopes a list')
      return await keepAndReturn({ tokens: received })
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
  }
  return rememberConfig(Object.freeze(client), config)
}

function requirePage(fix: string): Page {
  const page = findPage()
  if (page === undefined) throw new TypeError(fix)
  return page
}

/** Removes the response from the page's URL: a reload must not send it again, and it must not stay in the history (RFC 9700 §4.2.4). */
function removeResponse(url: string | URL): void {
  const page = findPage()
  if (page?.location.href !== String(url)) return
  const rest = new URL(url)
  for (const name of [...responseParameters, 'session_state']) rest.searchParams.delete(name)
  page.history.replaceState(page.history.state, '', rest.href)
}
