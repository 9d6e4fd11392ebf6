/** Logs in at a test issuer without a browser: the authorization URL is read as the issuer would, and answered. */

import { type ClientConfig, resolveOptions } from '../../src/config.ts'
import { type BegunLogin, beginLogin, type LoginOptions } from '../../src/oauth/authorization-request.ts'
import { completeLogin } from '../../src/oauth/authorization-response.ts'
import type { Tokens } from '../../src/oauth/tokens.ts'
import type { ClientOptions } from '../../src/options/client-options.ts'
import { type TestIssuer, tokenResponse } from './issuer.ts'

/** Where the tests' clocks begin, in seconds since the epoch. */
export const startOfTests = 1_800_000_000

export const clientId = 'notes'
export const redirectUri = 'https://notes.example/callback'

/** A public client of the issuer. */
export function clientOptions(issuer: { readonly url: string }, more: Partial<ClientOptions> = {}): ClientOptions {
  return { issuer: issuer.url, clientId, redirectUri, now: () => startOfTests, ...more }
}

export function configOf(issuer: { readonly url: string }, more: Partial<ClientOptions> = {}): ClientConfig {
  return resolveOptions(clientOptions(issuer, more))
}

/** Signed by nobody: what comes from the token endpoint is not checked for its signature. */
export function makeIdToken(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = { alg: 'ES256' },
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}.c2lnbmF0dXJl`
}

/** What an ID token for this log-in says. */
export function claimsFor(issuer: { readonly url: string }, nonce: string | null): Record<string, unknown> {
  return { iss: issuer.url, sub: 'u1', aud: clientId, exp: startOfTests + 300, iat: startOfTests, nonce }
}

/** The URL that the issuer sends the browser back to. */
export function answerTo(
  issuer: { readonly url: string },
  authorizationUrl: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const asked = new URL(authorizationUrl).searchParams
  const answer = { code: 'code-1', state: asked.get('state') ?? '', iss: issuer.url, ...changes }
  const url = new URL(asked.get('redirect_uri') ?? redirectUri)
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) url.searchParams.append(name, value)
  return url.href
}

/** Has the issuer answer the code of this log-in with an ID token, and more if told. */
export function expectLogin(
  issuer: TestIssuer,
  authorizationUrl: string,
  changes: Readonly<Record<string, unknown>> = {},
) {
  const nonce = new URL(authorizationUrl).searchParams.get('nonce')
  issuer.routes['/token'] = () => ({
    body: tokenResponse({ id_token: makeIdToken(claimsFor(issuer, nonce)), refresh_token: 'refresh-1', ...changes }),
  })
}

/** A whole log-in, with claims, header or callback changed on the way. */
export async function logIn(
  issuer: TestIssuer,
  config: ClientConfig,
  changes: {
    readonly options?: LoginOptions
    readonly claims?: Readonly<Record<string, unknown>>
    readonly header?: Readonly<Record<string, unknown>>
    readonly callback?: Readonly<Record<string, string | undefined>>
  } = {},
): Promise<Tokens> {
  const { url, transaction }: BegunLogin = await beginLogin(config, changes.options)
  const claims = { ...claimsFor(issuer, transaction.nonce), ...changes.claims }
  expectLogin(issuer, url, { id_token: makeIdToken(claims, changes.header) })
  return await completeLogin(config, transaction, answerTo(issuer, url, changes.callback))
}
