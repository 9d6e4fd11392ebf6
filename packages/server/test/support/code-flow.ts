/** The authorization code flow as a client and a user go through it, in process. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { systemRandom } from '../../src/environment.ts'
import { type Pkce, newPkce as pkceFrom } from '../../src/user-agent/code-flow.ts'
import type { Page, UserAgent } from '../../src/user-agent/user-agent.ts'
import { basicOf } from './clients.ts'
import { tim } from './people.ts'
import { loopback, type TestServer } from './server.ts'
import { createUserAgent } from './user-agent.ts'

export const issuer = 'http://127.0.0.1:8000'
export const redirectUri = 'https://app.example.com/cb'

/** A server-side third-party web app. */
export const webApp: ClientDeclaration = {
  client_id: 'web-app',
  client_name: 'Web App',
  client_secret: 'a secret of the web app, long enough for anyone',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [redirectUri],
  post_logout_redirect_uris: ['https://app.example.com/signed-out'],
}

/** The deployment's own single-page app. */
export const singlePageApp: ClientDeclaration = {
  client_id: 'spa',
  client_name: 'Single Page App',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://spa.example.com/cb'],
  first_party: true,
}

/** Without PKCE, as conformance tests and older relying parties are. */
export const withoutPkce: ClientDeclaration = {
  ...webApp,
  client_id: 'without-pkce',
  client_name: 'Older App',
  require_pkce: false,
}

export function newPkce(): Pkce {
  return pkceFrom(systemRandom)
}

export function userAgentOf({ server }: TestServer, headers: Readonly<Record<string, string>> = {}): UserAgent {
  return createUserAgent((request) => server.fetch(request, loopback), issuer, headers)
}

/** The URL that a client sends its user to. `undefined` omits a parameter. */
export function authorizeUrl(parameters: Readonly<Record<string, string | undefined>>): string {
  const known = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `/authorize?${new URLSearchParams(known)}`
}

/** The parameters of an authorization request of the web app, with a challenge. */
export function requestOf(
  client: ClientDeclaration,
  pkce: Pkce | undefined,
  more: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> {
  return {
    client_id: client.client_id,
    redirect_uri: client.redirect_uris?.[0],
    response_type: 'code',
    scope: 'openid',
    state: 'a state',
    ...(pkce && { code_challenge: pkce.challenge, code_challenge_method: 'S256' }),
    ...more,
  }
}

/** Continues as tim and allows everything, now and later, until the response leaves for the client. */
export async function passPages(
  agent: UserAgent,
  first: Page,
  username: string = tim.username,
  password: string = tim.password,
): Promise<Page> {
  let page = first
  for (let pages = 0; pages < 5 && page.status === 200; pages++) {
    if (/action="[^"]*\/login"/.test(page.body)) page = await agent.submit(page, { username, password })
    else if (/action="[^"]*\/consent"/.test(page.body)) page = await agent.submit(page, allow(page))
    else break
  }
  return page
}

function allow({ body }: Page): Record<string, string> {
  return { decision: 'allow', ...(body.includes('name="remember"') && { remember: 'yes' }) }
}

/** The parameters of the response at the redirect URI. */
export function responseOf(page: Page): URLSearchParams {
  return new URL(page.url).searchParams
}

export interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
  readonly id_token: string
  readonly scope: string
}

/** Posts to /token and returns the body whatever the status. */
export async function exchange(
  { post }: TestServer,
  client: ClientDeclaration,
  form: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const fields = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const isPublic = client.token_endpoint_auth_method === 'none'
  const body = { ...Object.fromEntries(fields), ...(isPublic && { client_id: client.client_id ?? '' }) }
  const response = await post('/token', body, isPublic ? {} : basicOf(client.client_id, client.client_secret))
  return { status: response.status, body: JSON.parse(await response.text()) }
}

/** The whole flow: log in, consent, exchange. */
export async function logIn(
  server: TestServer,
  client: ClientDeclaration,
  more: Readonly<Record<string, string | undefined>> = {},
  agent: UserAgent = userAgentOf(server),
  { username, password }: { readonly username: string; readonly password: string } = tim,
): Promise<Tokens> {
  const pkce = newPkce()
  const first = await agent.open(authorizeUrl(requestOf(client, pkce, more)))
  const page = await passPages(agent, first, username, password)
  const code = responseOf(page).get('code')
  if (code === null) throw new Error(`no code at ${page.url}: ${page.body}`)
  const { status, body } = await exchange(server, client, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirect_uris?.[0],
    code_verifier: pkce.verifier,
  })
  if (status !== 200) throw new Error(`no tokens: ${JSON.stringify(body)}`)
  // If a test needs a token that is missing, the test itself fails.
  return body as unknown as Tokens
}
