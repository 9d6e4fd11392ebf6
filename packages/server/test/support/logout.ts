/** Logging out as a client and a person do it. */
import { authorizeUrl, requestOf, userAgentOf, webApp } from './code-flow.ts'
import type { TestServer } from './server.ts'
import type { UserAgent } from './user-agent.ts'

export const afterLogout = 'https://app.example.com/signed-out'

/** The address that a client sends its user to. */
export function logoutUrl(parameters: Readonly<Record<string, string>> = {}): string {
  return `/logout?${new URLSearchParams(parameters)}`
}

/** Whether somebody is logged in in this browser: what a client learns without any page. */
export async function isLoggedIn(agent: UserAgent): Promise<boolean> {
  const { url } = await agent.open(authorizeUrl(requestOf(webApp, undefined, { prompt: 'none', ...challenge })))
  const { searchParams } = new URL(url)
  // A consent that is missing stands behind the login.
  return searchParams.get('code') !== null || searchParams.get('error') === 'consent_required'
}

/** Of no verifier: the codes are not exchanged. */
const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

/** Another browser with the same cookies. */
export function copyOf(server: TestServer, agent: UserAgent): UserAgent {
  const copy = userAgentOf(server)
  for (const [name, value] of agent.cookies) copy.cookies.set(name, value)
  return copy
}
