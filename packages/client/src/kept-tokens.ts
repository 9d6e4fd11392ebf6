/** The tokens in the client's storage: one set per issuer and client. */
import { parseJsonObject, readMember } from './json.ts'
import type { ClientConfig } from './options.ts'
import type { Tokens } from './tokens.ts'

/** Tokens, and how to get more of them when they have no refresh token. */
export interface KeptTokens {
  readonly tokens: Tokens
  /** The scope to ask for again; there for tokens of the client's own (RFC 6749 §4.4.3: without refresh token). */
  readonly ownScope?: string
}

/** `undefined` when there are none, or what is there can't be read as such. */
export async function findTokens(config: ClientConfig): Promise<KeptTokens | undefined> {
  const kept = parseJsonObject((await config.storage.get(keyOf(config))) ?? '')
  const tokens = kept && readMember(kept, 'tokens')
  if (typeof tokens !== 'object' || tokens === null || !('accessToken' in tokens)) return undefined
  // Written by keepTokens: who else can write there can also log in as anybody.
  return kept as unknown as KeptTokens
}

/** Stores tokens in place of those that were there, after any renewal that is under way. */
export async function keepTokens(config: ClientConfig, kept: KeptTokens): Promise<void> {
  await withTokens(config, () => storeTokens(config, kept))
}

/** Removes the tokens, after any renewal that is under way, and answers them. */
export async function forgetTokens(config: ClientConfig): Promise<Tokens | undefined> {
  return await withTokens(config, async () => {
    const kept = await findTokens(config)
    await removeTokens(config)
    return kept?.tokens
  })
}

/** Does the work while nobody else renews, stores or forgets these tokens. */
export async function withTokens<Result>(config: ClientConfig, work: () => Promise<Result>): Promise<Result> {
  return await config.storage.lock(keyOf(config), work)
}

/** For work inside `withTokens`. */
export async function storeTokens(config: ClientConfig, kept: KeptTokens): Promise<void> {
  await config.storage.set(keyOf(config), JSON.stringify(kept))
}

/** For work inside `withTokens`. */
export async function removeTokens(config: ClientConfig): Promise<void> {
  await config.storage.remove(keyOf(config))
}

function keyOf({ issuer, clientId }: ClientConfig): string {
  return `countersign ${issuer} ${clientId} tokens`
}
