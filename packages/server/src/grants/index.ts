/** The table of grants. What a deployment does not offer is neither served nor advertised. */
import type { Config } from '../config/options.ts'
import { authorizationCodeGrant } from './authorization-code.ts'
import { clientCredentialsGrant } from './client-credentials.ts'
import type { Grant } from './grant-handler.ts'
import { passwordGrant } from './password.ts'
import { refreshTokenGrant } from './refresh-token.ts'

/** The grants that this deployment serves, by `grant_type`. */
export function grantsOf(config: Config): ReadonlyMap<string, Grant> {
  const grants = [
    authorizationCodeGrant,
    refreshTokenGrant,
    clientCredentialsGrant,
    ...(config.passwordGrant === 'first-party' ? [passwordGrant] : []),
  ]
  return new Map(grants.map((grant) => [grant.type, grant]))
}
