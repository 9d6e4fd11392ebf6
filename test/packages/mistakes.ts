/**
 * Mistakes in the settings of the packages that the types find. `tsc` reports each line that compiles after all. Beside each mistake stands what
 * is right, so that nothing else makes the line fail. This file is never run.
 */
import { createGuard, type GuardOptions, type Requirement } from '@countersign/guard'
import { type ClientDeclaration, defineConfig } from 'countersign'

const issuer = 'https://login.example.com'
const audience = 'https://api.example.com'
const introspection = { clientId: 'api', clientSecret: 'a secret of the API' }

export const guards: readonly GuardOptions[] = [
  { issuer, audience },
  { issuer, audience, jwks: { keys: [] } },
  { secret: 'the secret of the tutorial' },
  { issuer, introspection },
  // @ts-expect-error RFC 9068 §4: without an audience, tokens for any other API would pass.
  { issuer },
  // @ts-expect-error The issuer's keys do not say who the issuer is.
  { audience, jwks: { keys: [] } },
  // @ts-expect-error An option that is undefined would turn a check off.
  { issuer, audience: undefined },
  // @ts-expect-error Not an option.
  { issuer, audience, audiences: [audience] },
  { issuer, audience: { claim: 'client_id', values: ['app'] }, scopeClaim: 'permissions' },
  // @ts-expect-error Several values are a list.
  { issuer, audience: { claim: 'client_id', values: 'app' } },
]

export const requirements: readonly Requirement[] = [
  { scopes: ['items'], claims: { tenant: 'acme', level: [1, 2], email_verified: true } },
  // @ts-expect-error A value that was never set would require nothing.
  { claims: { tenant: undefined } },
  // @ts-expect-error A claim is compared with values, not with objects.
  { claims: { address: { country: 'NL' } } },
  // @ts-expect-error Not a requirement.
  { claim: { tenant: 'acme' } },
]

export const guard = (): unknown => createGuard({ issuer, audience })
// @ts-expect-error The same for the function itself.
export const openGuard = (): unknown => createGuard({ issuer })

const app: ClientDeclaration = { client_id: 'app', redirect_uris: ['https://app.example.com/callback'] }

export const configurations: readonly unknown[] = [
  defineConfig({ clients: [{ ...app, grant_types: ['authorization_code', 'refresh_token'] }] }),
  // @ts-expect-error OAuth 2.1 has no implicit grant.
  defineConfig({ clients: [{ ...app, grant_types: ['implicit'] }] }),
  // @ts-expect-error A grant type that Countersign does not serve.
  defineConfig({ clients: [{ ...app, grant_types: ['urn:ietf:params:oauth:grant-type:jwt-bearer'] }] }),
  // @ts-expect-error Not client metadata.
  defineConfig({ clients: [{ ...app, redirect_uri: 'https://app.example.com/callback' }] }),
  // @ts-expect-error Not an algorithm that signs tokens.
  defineConfig({ algorithm: 'none' }),
]
