/** Makes what a guard decides by, as its options choose it: who tells what a token is good for, and which tokens ended early. */
import { demand } from './check-options.ts'
import type { GuardOptions } from './guard-options.ts'
import { createIntrospection } from './introspection/introspection.ts'
import { resolveIntrospectionOptions } from './introspection/introspection-options.ts'
import { keepMetadata } from './issuer/discovery.ts'
import { sentenceOf } from './issuer/failure.ts'
import { createIssuer, type Issuer } from './issuer/issuer.ts'
import { createJwtSource } from './jwt/jwt-source.ts'
import type { VerifierConfig } from './jwt/verifier-options.ts'
import { importJwks, readJwks } from './keys/jwks.ts'
import { type KeySupply, supplyGiven } from './keys/key-supply.ts'
import { supplyRemote } from './keys/remote-keys.ts'
import { supplySecret } from './keys/secret-key.ts'
import { resolveRevocationOptions } from './revocations/revocation-options.ts'
import { createRevocations, type Revocations } from './revocations/revocations.ts'
import type { IssuerAccess, TokenSource } from './token-source.ts'

export interface Sources {
  readonly tokens: TokenSource
  readonly revocations: Revocations | undefined
}

/** Nothing is fetched before the first check. @throws TypeError naming the option and the fix */
export function createSources(options: GuardOptions, rules: VerifierConfig, access: IssuerAccess): Sources {
  const { issuer: identifier, secret, introspection, unsafeShortSecret = false } = options
  if (secret !== undefined) {
    return { tokens: createJwtSource(rules, supplySecret(secret, unsafeShortSecret)), revocations: undefined }
  }
  const issued = identifier === undefined ? undefined : createIssued(identifier, options.jwks, access)
  const revocations = issued && followRevocations(options.revocations, issued.issuer, access)
  if (introspection !== undefined) {
    const config = resolveIntrospectionOptions(introspection)
    const endpoint = config.endpoint ?? issued?.issuer
    demand(endpoint !== undefined, 'introspection.endpoint is missing: give it, or issuer')
    return { tokens: createIntrospection(config, rules, { endpoint, access }), revocations }
  }
  demand(issued !== undefined, 'issuer is missing: give the URL of the issuer of your tokens')
  return { tokens: createJwtSource(rules, issued.keys), revocations }
}

function createIssued(
  identifier: string,
  jwks: GuardOptions['jwks'],
  access: IssuerAccess,
): { readonly issuer: Issuer; readonly keys: KeySupply } {
  const metadata = keepMetadata(identifier, access)
  const keys = jwks === undefined ? supplyRemote(identifier, metadata, access) : supplyJwks(jwks)
  return { issuer: createIssuer(identifier, metadata, keys), keys }
}

function supplyJwks(set: unknown): KeySupply {
  const { jwks, ignored } = readGivenJwks(set)
  demand(jwks.length > 0, ['jwks: none of its keys may verify', ...ignored].join('; '))
  return supplyGiven(() => importJwks(jwks))
}

function readGivenJwks(set: unknown): ReturnType<typeof readJwks> {
  try {
    return readJwks(set)
  } catch (cause) {
    throw new TypeError(`jwks: ${sentenceOf(cause)}`, { cause })
  }
}

function followRevocations(
  options: GuardOptions['revocations'] = false,
  issuer: Issuer,
  access: IssuerAccess,
): Revocations | undefined {
  return options === false ? undefined : createRevocations({ issuer, access }, resolveRevocationOptions(options))
}
