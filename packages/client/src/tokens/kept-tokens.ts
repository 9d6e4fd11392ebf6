/** The tokens in the client's storage: one set per issuer and client. */
import { ClientError, isInvalidGrant, isOutage } from '../errors.ts'
import { parseJsonObject, readMember } from '../oauth/json.ts'
import { isTokens, type Tokens } from '../oauth/tokens.ts'
import type { TokensConfig } from './config.ts'
import type { KeptTokens } from './renewal-policy.ts'

/** Reads and changes the kept tokens. Each change waits for the one before, also in another tab or process. */
export interface TokenKeeper {
  /** `undefined` when there are none, or when what is stored is not tokens. */
  readonly find: () => Promise<KeptTokens | undefined>
  /** Stores tokens in place of the kept ones. */
  readonly keep: (kept: KeptTokens) => Promise<void>
  /**
   * Replaces the tokens with this access token by those that `renew` returns. If another caller has already replaced them, returns the
   * tokens of that one.
   * @throws ClientError `login_required` when there are no tokens; what `renew` throws. After `invalid_grant` the tokens are removed
   */
  readonly replace: (accessToken: string, renew: (kept: KeptTokens) => Promise<Tokens>) => Promise<Tokens>
  /** Removes the tokens and returns them. `revoke` runs before; if it fails because of an outage, the tokens are kept. */
  readonly forget: (revoke?: (tokens: Tokens) => Promise<void>) => Promise<Tokens | undefined>
}

/** Each client has one. */
export function createTokenKeeper({ storage, issuer, clientId }: TokensConfig): TokenKeeper {
  const key = `countersign ${issuer} ${clientId} tokens`
  /** Tokens that could not be stored, and the text that they replace as long as it is stored. */
  let unstored: { readonly kept: KeptTokens; readonly before: string } | undefined

  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => storage.lock(key, work)
  const read = async (): Promise<KeptTokens | undefined> => {
    const text = await storage.get(key)
    if (unstored?.before !== text) unstored = undefined
    return unstored?.kept ?? readKept(text)
  }
  const write = async (kept?: KeptTokens): Promise<void> => {
    await (kept ? storage.set(key, JSON.stringify(kept)) : storage.remove(key))
    unstored = undefined
  }
  const storeAgain = async (): Promise<void> => {
    await read()
    if (unstored) await write(unstored.kept)
  }

  const forgetIf =
    (isFinal: (error: unknown) => boolean) =>
    async (error: unknown): Promise<never> => {
      if (isFinal(error)) await write()
      throw error
    }

  return {
    find: async () => {
      if (unstored) await inTurn(storeAgain).catch(() => {})
      return await read()
    },
    keep: (kept) => inTurn(() => write(kept)),
    replace: (accessToken, renew) =>
      inTurn(async () => {
        const kept = requireKept(await read())
        if (kept.tokens.accessToken !== accessToken) return kept.tokens
        // A refresh token is valid once (RFC 9700 §4.14.2): before it is used, this write shows that the next one can be stored.
        await write(kept)
        const renewed = { ...kept, tokens: await renew(kept).catch(forgetIf(isInvalidGrant)) }
        await write(renewed).catch(() => {
          unstored = { kept: renewed, before: JSON.stringify(kept) }
        })
        return renewed.tokens
      }),
    forget: (revoke) =>
      inTurn(async () => {
        const kept = await read()
        // RFC 7009 §2.2.1: after a 503, the client must assume that the token still exists, and may send the request again.
        if (kept) await revoke?.(kept.tokens).catch(forgetIf((error) => !isOutage(error)))
        await write()
        return kept?.tokens
      }),
  }
}

/** @throws ClientError `login_required` */
export function requireKept(kept: KeptTokens | undefined): KeptTokens {
  if (kept === undefined) throw new ClientError('login_required', 'There are no tokens: log in first')
  return kept
}

function readKept(text: string | undefined): KeptTokens | undefined {
  const kept = parseJsonObject(text ?? '') ?? {}
  const tokens = readMember(kept, 'tokens')
  const ownScope = readMember(kept, 'ownScope')
  return isTokens(tokens) ? { tokens, ...(typeof ownScope === 'string' && { ownScope }) } : undefined
}
