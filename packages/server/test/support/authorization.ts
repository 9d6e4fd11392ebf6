/** The first response of /authorize, before any page is filled in; and codes to try at /token. */
import assert from 'node:assert/strict'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import type { Pkce } from '../../src/user-agent/code-flow.ts'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  userAgentOf,
  webApp,
} from './code-flow.ts'
import type { TestServer } from './server.ts'

export type Parameters = Readonly<Record<string, string | undefined>>

export interface AuthorizationResponse {
  readonly status: number
  readonly headers: Headers
  /** Where the browser is redirected, `''` without a redirect. */
  readonly location: string
  /** The parameters of that URL. */
  readonly parameters: URLSearchParams
  readonly body: string
}

/** Sends a client's request, changed by `more`, in a browser without a session. */
export function ask(
  server: TestServer,
  more: Parameters,
  client: ClientDeclaration = webApp,
): Promise<AuthorizationResponse> {
  return askRaw(server, authorizeUrl(requestOf(client, newPkce(), more)))
}

/** The same for a complete URL. */
export async function askRaw({ get }: TestServer, url: string): Promise<AuthorizationResponse> {
  return readResponse(await get(url))
}

export async function readResponse(response: Response): Promise<AuthorizationResponse> {
  const location = response.headers.get('location') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    location,
    parameters: new URLSearchParams(location.split('?')[1]),
    body: await response.text(),
  }
}

/** The response is an error page for the user, without a redirect. */
export function assertPage({ status, headers, location, body }: AuthorizationResponse, what = 'a page'): void {
  assert.equal(status, 400, what)
  assert.equal(location, '', what)
  assert.match(headers.get('content-type') ?? '', /^text\/html/, what)
  assert.doesNotMatch(body, /evil/, what)
}

/** The parameters that the client gets at its redirect URI. */
export function parametersOf({ status, location }: AuthorizationResponse, at: string = redirectUri): URLSearchParams {
  assert.equal(status, 303)
  assert.ok(location.startsWith(`${at}?`) || location.startsWith(`${at}&`), location)
  return new URL(location).searchParams
}

/** The `error` at the client's redirect URI; without one, the URL or the status. */
export async function errorFor(server: TestServer, client: ClientDeclaration, more: Parameters): Promise<string> {
  const { location, parameters, status } = await ask(server, more, client)
  const isForClient = location.startsWith(`${client.redirect_uris?.[0]}?`)
  return (isForClient ? parameters.get('error') : undefined) ?? (location || String(status))
}

/** Requests that are rejected after the redirect URI is verified, each for another reason. */
export const errorPaths: readonly Parameters[] = [
  { prompt: 'none' },
  { response_type: 'token' },
  { response_type: undefined },
  { scope: 'nonsense' },
  { request: 'e30.e30.' },
  { request_uri: 'https://evil.example/request' },
  { code_challenge_method: 'plain' },
  { claims: '[' },
  { resource: 'https://evil.example/' },
  { response_mode: 'form_post', prompt: 'none' },
]

export interface GivenCode {
  readonly code: string
  /** The challenge of its request, and the verifier. */
  readonly pkce: Pkce
  /** The form of the token request. */
  readonly form: Parameters
}

/** A code for tim that is not exchanged yet. */
export async function givenCode(
  server: TestServer,
  client: ClientDeclaration,
  more: Parameters = {},
  { agent = userAgentOf(server), pkce = newPkce() }: { readonly agent?: UserAgent; readonly pkce?: Pkce } = {},
): Promise<GivenCode> {
  const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(client, pkce, more))))
  const code = responseOf(page).get('code')
  if (code === null) throw new Error(`no code at ${page.url}: ${page.body}`)
  const redirect = more['redirect_uri'] ?? client.redirect_uris?.[0]
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: pkce.verifier }
  return { code, pkce, form }
}
