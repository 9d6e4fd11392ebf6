/** The tokens in the client's storage: one set per issuer and client. */

import { ClientError, isInvalidGrant, isOutage } from '../errors.ts'
import { parseJsonObject, readMember } from '../oauth/json.ts'
import { isTokens, type Tokens } from '../oauth/tokens.ts'
import type { TokensConfig } from './config.ts'
import type { KeptTokens } from './renewal-policy.ts'

/** Reads and changes them. Each change waits for the one before, also for that of another tab or process. */
export interface TokenKeeper {
  /** `undefined` when there are none, or what is there can't be read as such. */
  readonly find: () => Promise<KeptTokens | undefined>
  /** Stores tokens in place of those that were there. */
  readonly keep: (kept: KeptTokens) => Promise<void>
  /**
   * Stores others in place of those of this access token, unless that was done by somebody else meanwhile.
   * @throws ClientError `login_required` when there are none; what `renew` throws: after `invalid_grant` they are gone
   */
  readonly replace: (accessToken: string, renew: (kept: KeptTokens) => Promise<Tokens>) => Promise<Tokens>
  /** Removes them and answers them, once `end` is done with them. After an outage of the issuer they are still there. */
  readonly forget: (end?: (tokens: Tokens) => Promise<void>) => Promise<Tokens | undefined>
}

/** One for each client. */
export function createTokenKeeper({ storage, issuer, clientId }: TokensConfig): TokenKeeper {
  const key = `countersign ${issuer} ${clientId} tokens`
  /** What could not be stored, while the text that it is to replace is still there. */
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
        // A refresh token is spent by its use (RFC 9700 §4.14.2): not before it is known that the next one can be stored.
        await write(kept)
        const renewed = { ...kept, tokens: await renew(kept).catch(forgetIf(isInvalidGrant)) }
        await write(renewed).catch(() => {
          unstored = { kept: renewed, before: JSON.stringify(kept) }
        })
        return renewed.tokens
      }),
    forget: (end) =>
      inTurn(async () => {
        const kept = await read()
        // RFC 7009 §2.2.1: after 503 the token must be taken for one that still exists, and the request may be sent again.
        if (kept) await end?.(kept.tokens).catch(forgetIf((error) => !isOutage(error)))
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
