/** The session of the user who sent a request: who it is, and the way to APIs in the user's name. */
import { createApiFetch, type TokenSource } from '../api-fetch.ts'
import { ClientError } from '../errors.ts'
import type { Fetch } from '../options.ts'
import { areDue, areExpired, type IdTokenClaims, type Tokens } from '../tokens.ts'
import type { Context } from './context.ts'
import { readCookies, type SetCookie } from './cookies.ts'

/** Whoever is logged in. Its functions need no `this`. */
export interface WebSession {
  /** Who the user is: the checked claims of the ID token. */
  readonly claims: IdTokenClaims
  /** What the access token may be used for. */
  readonly scopes: readonly string[]
  /**
   * An access token that is good now, renewed if it is about to end. Not for the browser.
   * @throws ClientError `login_required` when the user has to log in again
   */
  readonly accessToken: () => Promise<string>
  /**
   * `fetch` with the access token, for URLs under the option `apis` and no others. Renews the token before it ends, and once when
   * the API refuses it (401). To be called before the answer to the browser is sent, since a renewal sets a cookie.
   * @throws ClientError: `login_required`, `api_not_allowed`, or what went wrong with the issuer
   */
  readonly fetch: Fetch
}

/**
 * The session of a request; `undefined` when nobody is logged in, whatever its cookies are. It lasts as long as its access token is
 * good or can be renewed, and at most `sessionLifetime`. While the issuer can't be reached, it goes on.
 */
export async function openSession(
  context: Context,
  request: Request,
  setCookie: SetCookie,
): Promise<WebSession | undefined> {
  const cookies = readCookies(request)
  const record = await context.keeper.read(cookies)
  if (record === undefined) return undefined

  let current = record
  const source = tokenSource(context, {
    read: () => current.tokens,
    replace: async (tokens) => {
      current = { ...current, tokens: { claims: current.tokens.claims, ...tokens } }
      await context.keeper.renew(cookies, current, setCookie)
    },
    end: async () => await context.keeper.end(cookies, setCookie),
  })
  try {
    await source.current()
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    if (error.code === 'login_required') return undefined
    context.config.onError(error)
  }
  return {
    claims: current.tokens.claims,
    scopes: current.tokens.scopes,
    accessToken: async () => (await source.current()).accessToken,
    fetch: createApiFetch(context.config.client, source),
  }
}

/** What is kept of the session, as far as this request knows. */
interface Kept {
  readonly read: () => Tokens
  readonly replace: (tokens: Tokens) => Promise<void>
  readonly end: () => Promise<void>
}

function tokenSource({ config, renew }: Context, { read, replace, end }: Kept): TokenSource {
  const { now } = config.client
  const renewed = async (tokens: Tokens): Promise<Tokens> => {
    try {
      await replace(await renew(tokens))
    } catch (error) {
      if (error instanceof ClientError && error.code === 'login_required') await end()
      throw error
    }
    return read()
  }

  return {
    current: async () => {
      const tokens = read()
      const hasEnded = areExpired(tokens, now())
      if (!areDue(tokens, now()) || (tokens.refreshToken === undefined && !hasEnded)) return tokens
      try {
        return await renewed(tokens)
      } catch (error) {
        if (hasEnded || !(error instanceof ClientError) || error.code === 'login_required') throw error
        // What is left of its life bridges a short outage of the issuer.
        config.onError(error)
        return tokens
      }
    },
    replace: async (refused) => (refused.refreshToken === undefined ? undefined : await renewed(refused)),
  }
}
