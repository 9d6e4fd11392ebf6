/** What the parts of one web login share: made once, when the app starts. */
import { refreshTokens } from '../refresh.ts'
import type { WebLoginConfig } from './options.ts'
import { type Renew, shareRenewals } from './renewals.ts'
import { createSealer, type Sealer } from './seal.ts'
import { keepInCookies, keepInStore, type SessionKeeper } from './session-keeper.ts'

export interface Context {
  readonly config: WebLoginConfig
  readonly sealer: Sealer
  readonly keeper: SessionKeeper
  readonly renew: Renew
}

export function createContext(config: WebLoginConfig): Context {
  const { client, cookies: settings, session } = config
  const sealer = createSealer(config.cookieSecrets, client.now)
  const means = { settings, sealer, now: client.now }
  return {
    config,
    sealer,
    keeper: session === undefined ? keepInCookies(means) : keepInStore(means, session),
    renew: shareRenewals((tokens) => refreshTokens(client, tokens), client.now),
  }
}
