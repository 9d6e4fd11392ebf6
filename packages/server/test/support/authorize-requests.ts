/** Authorization requests by hand, and where their answers went. */
import assert from 'node:assert/strict'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { answerOf, authorizeUrl, newPkce, passPages, redirectUri, requestOf, userAgentOf, webApp } from './code-flow.ts'
import type { TestServer } from './server.ts'
import type { UserAgent } from './user-agent.ts'

export type Parameters = Readonly<Record<string, string | undefined>>

/** Asks as a client does, but for `more`. */
export function ask({ get }: TestServer, more: Parameters, client: ClientDeclaration = webApp): Promise<Response> {
  return get(authorizeUrl(requestOf(client, newPkce(), more)))
}

/** The answer went nowhere: a person reads a page. */
export async function assertPage(response: Response, what = 'a page'): Promise<void> {
  assert.equal(response.status, 400, what)
  assert.equal(response.headers.get('location'), null, what)
  assert.match(response.headers.get('content-type') ?? '', /^text\/html/, what)
  assert.doesNotMatch(await response.text(), /evil/, what)
}

/** What the client is told at its redirect URI. */
export function told(response: Response, at: string = redirectUri): URLSearchParams {
  const location = response.headers.get('location') ?? ''
  assert.equal(response.status, 303)
  assert.ok(location.startsWith(`${at}?`) || location.startsWith(`${at}&`), location)
  return new URL(location).searchParams
}

/** Requests that are refused once the redirect URI is proven, each for another reason. */
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
  /** What the token request holds. */
  readonly form: Readonly<Record<string, string | undefined>>
}

/** A code that nobody exchanged yet, for tim. */
export async function givenCode(
  server: TestServer,
  client: ClientDeclaration,
  more: Parameters = {},
  agent: UserAgent = userAgentOf(server),
): Promise<GivenCode> {
  const pkce = newPkce()
  const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(client, pkce, more))))
  const code = answerOf(page).get('code')
  if (code === null) throw new Error(`no code at ${page.url}: ${page.body}`)
  const redirect = more['redirect_uri'] ?? client.redirect_uris?.[0]
  return {
    code,
    form: { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: pkce.verifier },
  }
}
