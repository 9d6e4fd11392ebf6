/** What a module of the conformance suite can use: the provider's metadata, the suite's clients and a fresh browser. */
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose'
import type { UserAgent } from '../../../packages/server/src/user-agent/user-agent.ts'
import { createUserAgent } from '../../../packages/server/test/support/user-agent.ts'
import type { SuiteClients } from '../suite/clients.ts'
import type { Provider } from './provider.ts'

/** The members of the discovery document that the modules read. */
export interface Metadata {
  readonly issuer: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly userinfo_endpoint: string
  readonly jwks_uri: string
  readonly end_session_endpoint: string
  readonly scopes_supported: readonly string[]
  readonly acr_values_supported: readonly string[]
  readonly id_token_signing_alg_values_supported: readonly string[]
}

export type ResponseMode = 'query' | 'form_post'

export interface Suite {
  readonly metadata: Metadata
  readonly keys: JWTVerifyGetKey
  readonly clock: { now: number }
  readonly responseMode: ResponseMode
  /** A browser without a session. */
  readonly browser: UserAgent
  readonly clients: SuiteClients
}

/** A module: what the suite does and expects, under its name in the suite. */
export interface Module {
  readonly name: string
  readonly run: (suite: Suite) => Promise<void>
}

/** Reads the discovery document, as each module of the suite does at its start. */
export async function openSuite(
  { discoveryUrl, clock }: Provider,
  clients: SuiteClients,
  responseMode: ResponseMode,
): Promise<Suite> {
  const document: unknown = await (await fetch(discoveryUrl)).json()
  // The plan Config checks every member.
  const metadata = document as Metadata
  return {
    metadata,
    keys: createRemoteJWKSet(new URL(metadata.jwks_uri)),
    clock,
    responseMode,
    browser: createUserAgent((request) => fetch(request), new URL(metadata.issuer).origin),
    clients,
  }
}
