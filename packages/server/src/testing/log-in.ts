/** Logs a user in through the real pages, and exchanges the code as the client would. */
import type { Client } from '../domain/client.ts'
import type { Random } from '../environment.ts'
import { basicOf, newPkce, passPages } from '../user-agent/code-flow.ts'
import { createUserAgent } from '../user-agent/user-agent.ts'

export interface LoginOptions {
  /** With spaces between scopes. @default all that the client may request, with `openid` */
  readonly scope?: string
  /** @default the client's first redirect URI */
  readonly redirectUri?: string
  /** The API that the access token is for (RFC 8707), one of the option `resources`. @default the issuer: Countersign's own API */
  readonly resource?: string
  /** @default the password of the user in the options of the kit */
  readonly password?: string
  /** Of a client that is not in the options of the kit. @default the one in the options */
  readonly clientSecret?: string
}

/** The token response (RFC 6749 §5.1). */
export interface LoginTokens {
  readonly access_token: string
  readonly token_type: 'bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
  /** For clients with the grant type `refresh_token`. */
  readonly refresh_token?: string
  /** For the scope `openid`. */
  readonly id_token?: string
}

/** The login did not lead to tokens. The message has the last page or response. */
export class LoginFailedError extends Error {
  override readonly name = 'LoginFailedError'
}

export interface LoginRequest extends Required<Omit<LoginOptions, 'resource' | 'clientSecret'>> {
  readonly resource: string | undefined
  readonly issuer: string
  readonly client: Client
  /** `undefined` for a public client. */
  readonly clientSecret: string | undefined
  readonly username: string
}

/** Where a user logs in. */
export interface LoginServer {
  readonly fetch: (request: Request) => Promise<Response>
  readonly owns: (path: string) => boolean
  readonly random: Random
}

export async function logIn({ fetch, owns, random }: LoginServer, login: LoginRequest): Promise<LoginTokens> {
  const { issuer, client, clientSecret, redirectUri } = login
  const { verifier, challenge } = newPkce(random)
  const parameters = new URLSearchParams({
    client_id: client.id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: login.scope,
    state: random.id(),
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(login.resource !== undefined && { resource: login.resource }),
  })
  const agent = createUserAgent({ send: fetch, origin: new URL(issuer).origin, owns })
  const page = await passPages(agent, await agent.open(`${issuer}/authorize?${parameters}`), login)
  const code = page.url.startsWith(redirectUri) ? new URL(page.url).searchParams.get('code') : null
  if (code === null) throw new LoginFailedError(`the login ended without a code, at ${page.url}\n${page.body}`)
  const isBasic = client.authMethod === undefined || client.authMethod === 'client_secret_basic'
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    ...(!isBasic && { client_id: client.id }),
    ...(client.authMethod === 'client_secret_post' && { client_secret: clientSecret ?? '' }),
  })
  const headers: Record<string, string> = {}
  if (isBasic) headers['authorization'] = basicOf(client.id, clientSecret ?? '')
  const response = await fetch(new Request(`${issuer}/token`, { method: 'POST', body, headers }))
  // The response of our own token endpoint.
  if (response.ok) return (await response.json()) as LoginTokens
  throw new LoginFailedError(`the code was rejected: ${await response.text()}`)
}
