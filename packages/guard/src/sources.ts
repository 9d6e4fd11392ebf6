/** Makes the sources that a guard decides by, as its options choose them: for tokens, and for revocations. */
import { atOnce } from './at-once.ts'
import { demand, readOption } from './check-options.ts'
import type { GuardOptions } from './guard-options.ts'
import { type IntrospectionOptions, resolveIntrospectionOptions } from './introspection/introspection-options.ts'
import { keepMetadata } from './issuer/discovery.ts'
import type { Issuer } from './issuer/issuer.ts'
import { createJwtSource } from './jwt/jwt-source.ts'
import type { VerifierConfig } from './jwt/verifier-config.ts'
import { describeNone, importJwks, readJwks } from './keys/jwks.ts'
import { type KeySupply, supplyGiven } from './keys/key-supply.ts'
import { supplyRemote } from './keys/remote-keys.ts'
import { reportFaults } from './keys/report-faults.ts'
import { supplySecret } from './keys/secret-key.ts'
import { lazily } from './lazily.ts'
import { resolveRevocationOptions } from './revocations/revocation-options.ts'
import type { Revocations } from './revocations/revocations.ts'
import type { IssuerAccess, TokenSource } from './token-source.ts'

export interface Sources {
  readonly tokens: TokenSource
  readonly revocations: Revocations | undefined
}

/** Fetches nothing before the first check. @throws TypeError with the name of the option and the fix */
export function createSources(options: GuardOptions, rules: VerifierConfig, access: IssuerAccess): Sources {
  const { issuer: identifier, secret, introspection, unsafeShortSecret = false } = options
  const issuer = identifier === undefined ? undefined : createIssuer(identifier, options, access)
  const revocations = issuer && createLazyRevocations(options.revocations, issuer, access)
  if (secret !== undefined) {
    return { tokens: createJwtSource(rules, supplySecret(secret, unsafeShortSecret)), revocations }
  }
  if (introspection !== undefined) return { tokens: introspect(introspection, rules, issuer, access), revocations }
  // An API that accepts tokens of any issuer, or for other APIs, is open to everyone who runs one (RFC 9068 §4).
  demand(issuer !== undefined, 'issuer is missing: give the URL of the issuer of your tokens')
  demand(options.audience !== undefined, 'audience is missing: give the identifier of this API')
  return { tokens: createJwtSource(rules, issuer.keys), revocations }
}

function createIssuer(identifier: string, options: GuardOptions, access: IssuerAccess): Issuer {
  const { jwks, jwksUri: url, metadataUrl, maxKeyStaleness: maxStaleness } = options
  const metadata = keepMetadata(identifier, access, metadataUrl)
  const keys =
    jwks === undefined
      ? supplyRemote({ identifier, metadata }, access, { url, maxStaleness })
      : supplyJwks(jwks, identifier, access)
  return { identifier, metadata, keys }
}

function supplyJwks(set: unknown, identifier: string, access: IssuerAccess): KeySupply {
  const read = readOption('jwks', () => readJwks(set))
  demand(read.jwks.length > 0, `jwks: ${describeNone(read.ignored)}`)
  const report = reportFaults(access)
  return supplyGiven(() => importJwks(read, (fault) => report(identifier, fault)))
}

function introspect(
  options: IntrospectionOptions,
  rules: VerifierConfig,
  issuer: Issuer | undefined,
  access: IssuerAccess,
): TokenSource {
  const config = resolveIntrospectionOptions(options, access.httpHosts)
  const endpoint = config.endpoint ?? issuer
  demand(endpoint !== undefined, 'introspection.endpoint is missing: give it, or issuer')
  const source = lazily('introspection.js', async () => {
    const { createIntrospection } = await import('./introspection/introspection.ts')
    return createIntrospection(config, rules, { endpoint, access })
  })
  return { check: (token) => atOnce(source(), ({ check }) => check(token)) }
}

function createLazyRevocations(
  options: GuardOptions['revocations'] = false,
  issuer: Issuer,
  access: IssuerAccess,
): Revocations | undefined {
  if (options === false) return undefined
  const config = resolveRevocationOptions(options)
  const revocations = lazily('revocations.js', async () => {
    const { createRevocations } = await import('./revocations/revocations.ts')
    return createRevocations({ issuer, access }, config)
  })
  return { find: (found, token) => atOnce(revocations(), ({ find }) => find(found, token)) }
}
