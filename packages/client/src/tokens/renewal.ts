/** Renews the stored tokens, once for all who need it: the callers in this process, and other tabs and processes. */

import { requestClientCredentials } from '../oauth/client-credentials.ts'
import { refreshTokens } from '../oauth/refresh.ts'
import type { Tokens } from '../oauth/tokens.ts'
import type { TokensConfig } from './config.ts'
import { requireKept, type TokenKeeper } from './kept-tokens.ts'
import { type KeptTokens, validTokens } from './renewal-policy.ts'

/** The stored tokens, renewed. */
export interface Renewal {
  /** Tokens that are good now, renewed if they are due. @throws ClientError with the code `login_required` */
  readonly current: () => Promise<Tokens>
  /**
   * Other tokens than those of this access token, which is good no more.
   * @throws ClientError: `login_required` when there can be no others; the tokens are kept after any other error
   */
  readonly replace: (accessToken: string) => Promise<Tokens>
}

/** One for each client. */
export function createRenewal(config: TokensConfig, keeper: TokenKeeper): Renewal {
  let flight: Promise<Tokens> | undefined

  const replace: Renewal['replace'] = async (accessToken) => {
    flight ??= keeper
      .replace(accessToken, (kept) => renew(config, kept))
      .finally(() => {
        flight = undefined
      })
    return await flight
  }

  const current: Renewal['current'] = async () => {
    const kept = requireKept(await keeper.find())
    return await validTokens(kept, config.now(), () => replace(kept.tokens.accessToken))
  }
  return { current, replace }
}

async function renew(config: TokensConfig, { tokens, ownScope }: KeptTokens): Promise<Tokens> {
  if (ownScope === undefined) return await refreshTokens(config, tokens)
  return await requestClientCredentials(config, ownScope === '' ? {} : { scope: ownScope })
}
