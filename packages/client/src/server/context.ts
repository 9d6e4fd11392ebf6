/** What the parts of one web login share: made once, when the app starts. */
import type { WebLoginConfig } from './config.ts'
import { renewAtIssuer } from './renew-at-issuer.ts'
import { type Renewals, shareRenewals } from './renewals.ts'
import { createSealer, type Sealer } from './seal.ts'
import { keepInCookies, keepInStore, type SessionKeeper } from './session-keeper.ts'

export interface Context {
  readonly config: WebLoginConfig
  readonly sealer: Sealer
  readonly keeper: SessionKeeper
  readonly renewals: Renewals
}

export function createContext(config: WebLoginConfig): Context {
  const { client, cookies: settings, session } = config
  // One secret may serve several web logins, of other issuers or of other tenants: what one has sealed is nothing to another.
  const owner = [client.issuer, client.clientId, config.redirectUri, settings.name]
  const sealer = createSealer(config.cookieSecrets, owner, client.now)
  const means = { settings, sealer, now: client.now }
  return {
    config,
    sealer,
    keeper: session === undefined ? keepInCookies(means) : keepInStore(means, session),
    renewals: shareRenewals((tokens) => renewAtIssuer(config, tokens), client.now),
  }
}
