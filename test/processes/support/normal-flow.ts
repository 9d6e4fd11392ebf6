/** What a browser and a client do all day, and its outcome in a form that is the same each time. */
import { systemRandom } from '../../../packages/server/src/environment.ts'
import { newPkce } from '../../../packages/server/src/user-agent/code-flow.ts'
import { basicOf } from '../../../packages/server/test/support/clients.ts'
import { authorizeUrl, passPages } from '../../../packages/server/test/support/code-flow.ts'
import { alice, tim } from '../../../packages/server/test/support/people.ts'
import { createUserAgent } from '../../../packages/server/test/support/user-agent.ts'

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** tim logs in to `normal`, which uses, refreshes and revokes its tokens. */
export async function normalFlow(origin: string): Promise<readonly string[]> {
  const { tokens } = await logIn(origin, 'normal', tim)
  const { access_token: accessToken, refresh_token: refreshToken } = tokens.body
  const bearer = { authorization: `Bearer ${accessToken}` }
  const me = await send(`${origin}/userinfo`, {}, bearer)
  const refreshed = await post(origin, 'normal', '/token', {
    grant_type: 'refresh_token',
    refresh_token: `${refreshToken}`,
  })
  const introspected = await post(origin, 'normal', '/introspect', { token: `${accessToken}` })
  const revoked = await post(origin, 'normal', '/revoke', { token: `${refreshed.body['refresh_token']}` })
  const after = await send(`${origin}/users/me`, {}, bearer)
  return [tokens, me, refreshed, introspected, revoked, after].map(
    ({ status, body }) => `${status} ${Object.keys(body).toSorted()} ${body['scope'] ?? body['sub'] ?? body['error']}`,
  )
}

/** Tokens and a session of alice at `fuzzed`. */
export async function givenTokens(origin: string): Promise<Tokens & { readonly cookie: string }> {
  const { tokens, cookie } = await logIn(origin, 'fuzzed', alice)
  return { ...tokensIn(tokens), cookie }
}

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly idToken: string
}

export function tokensIn({ status, body }: Answer): Tokens {
  if (status !== 200) throw new Error(`no tokens: ${status} ${JSON.stringify(body)}`)
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = body
  return { accessToken: `${accessToken}`, refreshToken: `${refreshToken}`, idToken: `${idToken}` }
}

async function logIn(
  origin: string,
  clientId: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<{ readonly tokens: Answer; readonly cookie: string }> {
  const pkce = newPkce(systemRandom)
  const agent = createUserAgent((request) => fetch(request), origin)
  const redirectUri = 'https://app.example.com/cb'
  const request = {
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid me',
    code_challenge: pkce.challenge,
    code_challenge_method: 'S256',
  }
  const page = await passPages(agent, await agent.open(authorizeUrl(request)), username, password)
  const code = URL.canParse(page.url) ? new URL(page.url).searchParams.get('code') : null
  if (code === null) throw new Error(`no code: ${page.status} ${page.url} ${page.body}`)
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: pkce.verifier }
  const tokens = await post(origin, clientId, '/token', form)
  return { tokens, cookie: [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }
}

export function post(origin: string, clientId: string, path: string, form: Record<string, string>): Promise<Answer> {
  return send(origin + path, { method: 'POST', body: new URLSearchParams(form) }, basicOf(clientId))
}

async function send(url: string, init: RequestInit, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { ...init, headers })
  return { status: response.status, body: JSON.parse(await response.text()) }
}
