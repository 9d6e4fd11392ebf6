/** The settings of a guard's `introspection`, checked once when the guard is made. */
import { demand, demandName, isBetween, readOption, requireKnownAndDefined } from '../check-options.ts'
import { requireSecureUrl } from '../issuer/secure-url.ts'

/**
 * Whom a guard asks about tokens, and as whom (RFC 7662 §2). Times are in seconds.
 *
 * An endpoint answers for refresh tokens as well, and some do not say which is which. So a token whose answer has no `token_type`
 * passes only where the guard has an `audience` to compare.
 */
export interface IntrospectionOptions {
  /**
   * The introspection endpoint: https, or http on a loopback address.
   * @default `introspection_endpoint` of the metadata of the guard's `issuer`
   */
  readonly endpoint?: string
  /** The guard's own client at the issuer: one that may see the tokens of others (RFC 7662 §2.1). */
  readonly clientId: string
  readonly clientSecret: string
  /**
   * For how long an answer counts, 0 to 300 and never longer than the token. A token that was revoked passes for as long.
   * @default 10
   */
  readonly cacheFor?: number
}

/** The same settings, complete. */
export interface IntrospectionConfig {
  readonly endpoint: string | undefined
  readonly clientId: string
  readonly clientSecret: string
  readonly cacheFor: number
}

const knownOptions: readonly (keyof IntrospectionOptions)[] = ['endpoint', 'clientId', 'clientSecret', 'cacheFor']

/**
 * Checks the settings and fills in the defaults.
 *
 * @throws TypeError naming the field and the fix
 */
export function resolveIntrospectionOptions(options: IntrospectionOptions): IntrospectionConfig {
  requireKnownAndDefined(options, knownOptions, 'introspection')
  const { endpoint, clientId, clientSecret, cacheFor = 10 } = options
  // A token goes there with every request: nobody may listen in.
  if (endpoint !== undefined) readOption('introspection.endpoint', () => requireSecureUrl(endpoint))
  demandName(clientId ?? '', 'introspection.clientId')
  demandName(clientSecret ?? '', 'introspection.clientSecret')
  demand(isBetween(cacheFor, 0, 300), 'introspection.cacheFor must be 0 (never) to 300 seconds')
  return { endpoint, clientId, clientSecret, cacheFor }
}
