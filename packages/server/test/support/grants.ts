/** What users granted to clients, created without a browser; and how clients use it. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import type { Grant } from '../../src/domain/grant.ts'
import { newRefreshToken, refreshTokenExpiry } from '../../src/tokens/refresh-token.ts'
import { basicOf, clientSecret } from './clients.ts'
import type { TestServer } from './server.ts'

const application: ClientDeclaration = {
  client_id: 'app',
  client_secret: clientSecret,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://app.example.com/cb'],
  scope: 'openid me items',
}
const { client_secret: _none, ...withoutSecret } = application

/** Two clients with a secret, one without, and a resource server. */
export const declaredClients: readonly ClientDeclaration[] = [
  application,
  { ...application, client_id: 'other' },
  { ...withoutSecret, client_id: 'spa', token_endpoint_auth_method: 'none' },
  { client_id: 'api', client_secret: clientSecret, grant_types: ['client_credentials'], resource_server: true },
]

export interface GivenGrant {
  readonly grant: Grant
  readonly refreshToken: string
}

/** A grant with the given fields and defaults for the others. */
export function aGrant(fields: Partial<Grant> & Pick<Grant, 'id'>): Grant {
  return {
    clientId: 'app',
    userId: 'tim',
    sessionId: null,
    scopes: ['me', 'items'],
    claims: { idToken: [], userInfo: [] },
    resources: [],
    amr: ['pwd'],
    acr: '1',
    authenticatedAt: 1_800_000_000,
    createdAt: 1_800_000_000,
    expiresAt: 1_900_000_000,
    revokedAt: null,
    ...fields,
  }
}

/** The state after tim logged in to `app` and the code was exchanged. */
export async function givenGrant({ server, clock }: TestServer, fields: Partial<Grant> = {}): Promise<GivenGrant> {
  const { context } = server
  const now = Math.floor(clock.now)
  const grant = aGrant({
    id: context.random.id(),
    authenticatedAt: now,
    createdAt: now,
    expiresAt: now + context.config.refreshTokenLifetime,
    ...fields,
  })
  const { token, hash } = newRefreshToken(context)
  await context.store.grants.insert(grant)
  await context.store.refreshTokens.insert(hash, {
    grantId: grant.id,
    createdAt: now,
    expiresAt: refreshTokenExpiry(context.config, grant, now),
  })
  return { grant, refreshToken: token }
}

/** The response to a refresh, with its body parsed. */
export interface Refreshed {
  readonly status: number
  readonly error: string | undefined
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
  readonly scope: string
  readonly idToken: string | undefined
  readonly requestId: string
}

/** Refreshes as a client with a secret does. */
export async function refresh(
  { post }: Pick<TestServer, 'post'>,
  refreshToken: string,
  { clientId = 'app', scope }: { readonly clientId?: string; readonly scope?: string } = {},
): Promise<Refreshed> {
  const response = await post(
    '/token',
    { grant_type: 'refresh_token', refresh_token: refreshToken, ...(scope !== undefined && { scope }) },
    { ...basicOf(clientId), 'user-agent': 'a test' },
  )
  const body = JSON.parse(await response.text())
  return {
    status: response.status,
    error: body.error,
    accessToken: body.access_token ?? '',
    refreshToken: body.refresh_token ?? '',
    expiresIn: body.expires_in,
    scope: body.scope,
    idToken: body.id_token,
    requestId: response.headers.get('x-request-id') ?? '',
  }
}

/** Whether `/users/me` accepts the access token. */
export async function opens({ get }: Pick<TestServer, 'get'>, accessToken: string): Promise<boolean> {
  return (await get('/users/me', { authorization: `Bearer ${accessToken}` })).status === 200
}

/** The introspection of a token by the resource server `api`, or by another client. */
export async function introspect(
  { post }: Pick<TestServer, 'post'>,
  token: string,
  clientId = 'api',
): Promise<Record<string, unknown>> {
  return JSON.parse(await (await post('/introspect', { token }, basicOf(clientId))).text())
}
