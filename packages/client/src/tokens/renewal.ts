/** Renews the stored tokens once for all callers in this process, and in other tabs and processes. */
import { requestClientCredentials } from '../oauth/client-credentials.ts'
import { refreshTokens } from '../oauth/refresh.ts'
import type { Tokens } from '../oauth/tokens.ts'
import type { TokensConfig } from './config.ts'
import { requireKept, type TokenKeeper } from './kept-tokens.ts'
import { type KeptTokens, validTokens } from './renewal-policy.ts'

export interface Renewal {
  /** Valid tokens, renewed if they are due. @throws ClientError with the code `login_required` */
  readonly current: () => Promise<Tokens>
  /**
   * Other tokens in place of those with this access token, which is no longer valid.
   * @throws ClientError: `login_required` when there is no way to get others. After any other error the tokens are kept
   */
  readonly replace: (accessToken: string) => Promise<Tokens>
}

/** Each client has one. */
export function createRenewal(config: TokensConfig, keeper: TokenKeeper): Renewal {
  let pending: Promise<Tokens> | undefined

  const replace: Renewal['replace'] = async (accessToken) => {
    pending ??= keeper
      .replace(accessToken, (kept) => renew(config, kept))
      .finally(() => {
        pending = undefined
      })
    return await pending
  }

  const current: Renewal['current'] = async () => {
    const kept = requireKept(await keeper.find())
    return await validTokens(kept, config.now(), () => replace(kept.tokens.accessToken))
  }
  return { current, replace }
}

async function renew(config: TokensConfig, { tokens, ownScope }: KeptTokens): Promise<Tokens> {
  if (ownScope === undefined) return await refreshTokens(config, tokens)
  return await requestClientCredentials(config, { scope: ownScope || undefined })
}
