/** The table of grant types. What a deployment does not offer is neither served nor advertised. */
import type { Config } from '../config/options.ts'
import { authorizationCodeGrant } from './authorization-code.ts'
import { clientCredentialsGrant } from './client-credentials.ts'
import type { GrantHandler } from './grant-handler.ts'
import { passwordGrant } from './password.ts'
import { refreshTokenGrant } from './refresh-token.ts'

/** The grant types that this deployment serves, by `grant_type`. */
export function grantsOf(config: Config): ReadonlyMap<string, GrantHandler> {
  const handlers = [
    authorizationCodeGrant,
    refreshTokenGrant,
    clientCredentialsGrant,
    ...(config.passwordGrant === 'first-party' ? [passwordGrant] : []),
  ]
  return new Map(handlers.map((handler) => [handler.type, handler]))
}
