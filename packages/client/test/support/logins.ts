/** Logs in at a test issuer without a browser: reads the authorization URL as the issuer would, and makes the callback URL. */
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

export function configFor(issuer: { readonly url: string }, more: Partial<ClientOptions> = {}): ClientConfig {
  return resolveOptions(clientOptions(issuer, more))
}

/** Without a valid signature: the client does not check that of tokens from the token endpoint. */
export function makeIdToken(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = { alg: 'ES256' },
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}.c2lnbmF0dXJl`
}

/** The claims of an ID token for this login. */
export function claimsFor(issuer: { readonly url: string }, nonce: string | null): Record<string, unknown> {
  return { iss: issuer.url, sub: 'u1', aud: clientId, exp: startOfTests + 300, iat: startOfTests, nonce }
}

/** The URL that the issuer sends the browser back to. */
export function callbackFor(
  issuer: { readonly url: string },
  authorizationUrl: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const requested = new URL(authorizationUrl).searchParams
  const parameters = { code: 'code-1', state: requested.get('state') ?? '', iss: issuer.url, ...changes }
  const url = new URL(requested.get('redirect_uri') ?? redirectUri)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.append(name, value)
  return url.href
}

/** Makes the issuer respond to the code of this login with an ID token, and with `changes`. */
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

/** A whole login, with changes to claims, header or callback. */
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
  return await completeLogin(config, transaction, callbackFor(issuer, url, changes.callback))
}
