/** The session of the user who sent a request: who it is, and the way to APIs in the user's name. */
import { createApiFetch, type TokenSource } from '../api-fetch.ts'
import { ClientError, isLoginRequired } from '../errors.ts'
import type { Fetch } from '../oauth/request-json.ts'
import type { IdTokenClaims, Tokens } from '../oauth/tokens.ts'
import { areExpired, canRenew, validTokens } from '../tokens/renewal-policy.ts'
import type { Context } from './context.ts'
import { readCookies, type SetCookie } from './cookies.ts'
import { endSession } from './end-session.ts'
import { revokeAll } from './revoke-all.ts'

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
 * good or can be renewed, and at most `sessionLifetime`. While the issuer can't be reached, it goes on; when it refuses to renew, it ends.
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

/** Who is logged in, as far as that is known without the issuer. */
export async function findUser(
  { config, keeper, renewals }: Context,
  request: Request,
): Promise<IdTokenClaims | undefined> {
  const tokens = (await keeper.read(readCookies(request)))?.tokens
  if (tokens === undefined || renewals.haveEnded(tokens)) return undefined
  const isOver = areExpired(tokens, config.client.now()) && !canRenew({ tokens })
  return isOver ? undefined : tokens.claims
}

/**
 * Whether the new tokens are kept. They are used in any case: the old refresh token is good no more.
 * @throws ClientError `login_required` when the session was ended meanwhile, elsewhere
 */
async function keepRenewed({ config }: Context, keep: () => Promise<boolean>, tokens: Tokens): Promise<boolean> {
  let hasSession: boolean
  try {
    hasSession = await keep()
  } catch (cause) {
    const message = 'The renewed tokens can not be stored: they are kept in memory, and stored at a later request'
    config.onError(cause instanceof ClientError ? cause : new ClientError('storage_failed', message, { cause }))
    return false
  }
  if (hasSession) return true
  await revokeAll(config, [tokens])
  throw new ClientError('login_required', 'The session was ended while it was renewed: log in again')
}

/** What is kept of the session, as far as this request knows. */
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
    replace: async (refused) => (canRenew({ tokens: refused }) ? await renewed(refused) : undefined),
  }
}
