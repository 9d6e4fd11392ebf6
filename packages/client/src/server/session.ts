/** The session of the user who sent a request: the user's claims, and calls to APIs as that user. */
import { createApiFetch, type TokenSource } from '../api-fetch.ts'
import { ClientError, isLoginRequired } from '../errors.ts'
import type { Fetch } from '../oauth/request-json.ts'
import type { IdTokenClaims, Tokens } from '../oauth/tokens.ts'
import { areExpired, canRenew, validTokens } from '../tokens/renewal-policy.ts'
import type { Context } from './context.ts'
import { readCookies, type SetCookie } from './cookies.ts'
import { endSession } from './end-session.ts'
import { revokeAll } from './revoke-all.ts'

/** The session of a logged-in user. The functions need no `this`. */
export interface WebSession {
  /** The user: the checked claims of the ID token. */
  readonly claims: IdTokenClaims
  /** The granted scopes of the access token. */
  readonly scopes: readonly string[]
  /**
   * A valid access token, renewed if it is about to expire. Do not send it to the browser.
   * @throws ClientError `login_required` when the user has to log in again
   */
  readonly accessToken: () => Promise<string>
  /**
   * `fetch` with the access token, for URLs under the option `apis` and no others. Renews the token before it expires, and once when
   * the API rejects it (401). Call it before the response to the browser is sent, since a renewal sets a cookie.
   * @throws ClientError: `login_required`, `api_not_allowed`, or what went wrong with the issuer
   */
  readonly fetch: Fetch
}

/**
 * The session of a request; `undefined` when no user is logged in, whatever the cookies are. It lasts as long as its access token is valid
 * or can be renewed, and at most `sessionLifetime`. It goes on while the issuer cannot be reached, and ends when the issuer rejects a
 * renewal.
 */
export async function openSession(
  context: Context,
  request: Request,
  setCookie: SetCookie,
): Promise<WebSession | undefined> {
  const { config, keeper, renewals } = context
  const cookies = readCookies(request)
  const record = await keeper.read(cookies)
  if (record === undefined) return undefined

  let current = record
  let kept: Tokens = record.tokens
  const source = tokenSource(context, {
    read: () => current.tokens,
    replace: async (tokens) => {
      current = { ...current, tokens: { claims: current.tokens.claims, ...tokens } }
      const isDone = await keepRenewed(context, () => keeper.renew(cookies, current, setCookie), tokens)
      renewals.noteKeeping(kept, tokens, isDone)
      if (isDone) kept = tokens
    },
    end: () => endSession(context, cookies, setCookie),
  })
  try {
    await source.current()
  } catch (error) {
    if (isLoginRequired(error)) return undefined
    if (!(error instanceof ClientError)) throw error
    config.onError(error)
  }
  return {
    claims: current.tokens.claims,
    scopes: current.tokens.scopes,
    accessToken: async () => (await source.current()).accessToken,
    fetch: createApiFetch(config.client, source),
  }
}

/** The user who is logged in, as far as that is known without a request to the issuer. */
export async function findUser(
  { config, keeper, renewals }: Context,
  request: Request,
): Promise<IdTokenClaims | undefined> {
  const tokens = (await keeper.read(readCookies(request)))?.tokens
  if (tokens === undefined || renewals.haveEnded(tokens)) return undefined
  const hasEnded = areExpired(tokens, config.client.now()) && !canRenew({ tokens })
  return hasEnded ? undefined : tokens.claims
}

/**
 * Whether the new tokens were stored. They are used in any case: the old refresh token is no longer valid.
 * @throws ClientError `login_required` when another request has ended the session in the meantime
 */
async function keepRenewed({ config }: Context, keep: () => Promise<boolean>, tokens: Tokens): Promise<boolean> {
  let hasSession: boolean
  try {
    hasSession = await keep()
  } catch (cause) {
    const message = 'The renewed tokens cannot be stored: they are in memory, and are stored with a later request'
    config.onError(cause instanceof ClientError ? cause : new ClientError('storage_failed', message, { cause }))
    return false
  }
  if (hasSession) return true
  await revokeAll(config, [tokens])
  throw new ClientError('login_required', 'The session ended during its renewal: log in again')
}

/** What is stored of the session, as far as this request knows. */
interface Kept {
  readonly read: () => Tokens
  readonly replace: (tokens: Tokens) => Promise<void>
  readonly end: () => Promise<void>
}

function tokenSource({ config, renewals }: Context, { read, replace, end }: Kept): TokenSource {
  const { now } = config.client
  const renewed = async (tokens: Tokens): Promise<Tokens> => {
    try {
      await replace(await renewals.renew(tokens))
    } catch (error) {
      if (isLoginRequired(error)) await end()
      throw error
    }
    return read()
  }

  return {
    current: async () => {
      const tokens = read()
      if (renewals.haveEnded(tokens)) return await renewed(tokens)
      return await validTokens({ tokens }, now(), () => renewed(tokens), config.onError)
    },
    replace: async (tokens) => (canRenew({ tokens }) ? await renewed(tokens) : undefined),
  }
}
