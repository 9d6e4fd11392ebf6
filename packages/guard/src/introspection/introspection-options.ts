/** The options of a guard's `introspection`, checked once when the guard is made. */
import { demandName, demandSeconds, readOption, requireKnownAndDefined } from '../check-options.ts'
import { requireSecureUrl } from '../issuer/secure-url.ts'

/**
 * How a guard requests introspection of tokens (RFC 7662 §2). Times are in seconds.
 *
 * An endpoint also answers for refresh tokens, and some responses do not tell the two apart. So a token whose response has no
 * `token_type` passes only when the guard has an `audience` to compare.
 */
export interface IntrospectionOptions {
  /**
   * The introspection endpoint: https, or http on a loopback address or one of `unsafeHttpHosts`.
   * @default `introspection_endpoint` of the metadata of the guard's `issuer`
   */
  readonly endpoint?: string
  /** The guard's own client at the issuer. It must be allowed to introspect the tokens of other clients (RFC 7662 §2.1). */
  readonly clientId: string
  readonly clientSecret: string
  /**
   * How long a response is used, 0 to 300 and never longer than the token's lifetime. A revoked token passes for up to that time.
   * @default 10
   */
  readonly cacheFor?: number
}

/** The options after checks and defaults. */
export interface IntrospectionConfig {
  readonly endpoint: string | undefined
  readonly clientId: string
  readonly clientSecret: string
  readonly cacheFor: number
}

const knownOptions: readonly (keyof IntrospectionOptions)[] = ['endpoint', 'clientId', 'clientSecret', 'cacheFor']

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError with the name of the option and the fix
 */
export function resolveIntrospectionOptions(
  options: IntrospectionOptions,
  httpHosts?: readonly string[],
): IntrospectionConfig {
  requireKnownAndDefined(options, knownOptions, 'introspection')
  const { endpoint, clientId, clientSecret, cacheFor = 10 } = options
  // Every request sends a token there, so the connection must be secure.
  if (endpoint !== undefined) readOption('introspection.endpoint', () => requireSecureUrl(endpoint, httpHosts))
  demandName(clientId ?? '', 'introspection.clientId')
  demandName(clientSecret ?? '', 'introspection.clientSecret')
  demandSeconds(cacheFor, 'introspection.cacheFor', 0, 300)
  return { endpoint, clientId, clientSecret, cacheFor }
}
