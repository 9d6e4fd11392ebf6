/** Logout, as a client and a user do it. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import type { UserAgent } from '../../src/user-agent/user-agent.ts'
import { authorizeUrl, exchange, logIn, requestOf, type Tokens, userAgentOf, webApp } from './code-flow.ts'
import type { DatabaseKind } from './databases.ts'
import type { Scope } from './scope.ts'
import { startServer, type TestServer } from './server.ts'

export const afterLogout = 'https://app.example.com/signed-out'

/** The URL that a client sends its user to. */
export function logoutUrl(parameters: Readonly<Record<string, string>> = {}): string {
  return `/logout?${new URLSearchParams(parameters)}`
}

/** Whether a user is logged in in this browser, as a client finds out without a page. */
export async function isLoggedIn(agent: UserAgent): Promise<boolean> {
  const { url } = await agent.open(authorizeUrl(requestOf(webApp, undefined, { prompt: 'none', ...challenge })))
  const { searchParams } = new URL(url)
  // Consent is only checked after the login.
  return searchParams.get('code') !== null || searchParams.get('error') === 'consent_required'
}

/** Without a verifier: the codes are not exchanged. */
const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

/** Another browser with the same cookies. */
export function copyOf(server: TestServer, agent: UserAgent): UserAgent {
  const copy = userAgentOf(server)
  for (const [name, value] of agent.cookies) copy.cookies.set(name, value)
  return copy
}

export interface LoggedIn {
  readonly server: TestServer
  readonly agent: UserAgent
  readonly tokens: Tokens
}

/** A server with a web app, at which tim is logged in. */
export async function givenLogin(
  scope: Scope,
  { database = 'sqlite', client = webApp }: { database?: DatabaseKind; client?: ClientDeclaration } = {},
): Promise<LoggedIn> {
  const clients = client.client_id === webApp.client_id ? [client] : [client, webApp]
  const server = await startServer(scope, { database, clients })
  const agent = userAgentOf(server)
  return { server, agent, tokens: await logIn(server, client, {}, agent) }
}

/** Refreshes as the web app does. */
export function refresh(server: TestServer, token: string) {
  return exchange(server, webApp, { grant_type: 'refresh_token', refresh_token: token })
}
