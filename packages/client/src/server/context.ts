/** What the parts of one web login share. Made once, when the app starts. */
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
  // Several web logins may share one secret, for several issuers or tenants: none of them may open what another has sealed.
  const owner = [client.issuer, client.clientId, config.redirectUri, settings.name]
  const sealer = createSealer(config.cookieSecrets, owner, client.now)
  const tools = { settings, sealer, now: client.now }
  return {
    config,
    sealer,
    keeper: session === undefined ? keepInCookies(tools) : keepInStore(tools, session),
    renewals: shareRenewals((tokens) => renewAtIssuer(config, tokens), client.now),
  }
}
