/** What /authorize answers at once, before any page was filled in; and codes to try at /token. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { answerOf, authorizeUrl, newPkce, type Pkce, passPages, requestOf, userAgentOf } from './code-flow.ts'
import type { TestServer } from './server.ts'
import type { UserAgent } from './user-agent.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  /** Where the browser is sent, `''` when it isn't. */
  readonly location: string
  /** The parameters of that address. */
  readonly parameters: URLSearchParams
  readonly body: string
}

/** Asks with these parameters in a browser that nobody is logged in with. */
export function ask(server: TestServer, parameters: Readonly<Record<string, string | undefined>>): Promise<Answered> {
  return askRaw(server, authorizeUrl(parameters))
}

/** The same for an address as it stands. */
export async function askRaw({ get }: TestServer, url: string): Promise<Answered> {
  const response = await get(url)
  const location = response.headers.get('location') ?? ''
  return {
    status: response.status,
    headers: response.headers,
    location,
    parameters: new URLSearchParams(location.split('?')[1]),
    body: await response.text(),
  }
}

/** The `error` that comes to the client's redirect URI; an address or a status when none does. */
export async function errorFor(
  server: TestServer,
  client: ClientDeclaration,
  more: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { location, parameters, status } = await ask(server, requestOf(client, newPkce(), more))
  const isForClient = location.startsWith(`${client.redirect_uris?.[0]}?`)
  return (isForClient ? parameters.get('error') : undefined) ?? (location || String(status))
}

/** A code for tim, with the verifier that it was asked for with. */
export async function givenCode(
  server: TestServer,
  client: ClientDeclaration,
  more: Readonly<Record<string, string | undefined>> = {},
  pkce: Pkce = newPkce(),
  agent: UserAgent = userAgentOf(server),
): Promise<{ readonly code: string; readonly pkce: Pkce }> {
  const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(client, pkce, more))))
  const code = answerOf(page).get('code')
  if (code === null) throw new Error(`no code at ${page.url}: ${page.body}`)
  return { code, pkce }
}
