/**
 * node-oidc-provider with the same clients: everything in memory, access tokens by ES256, and no password to check. A program of
 * its own: takes the clients as JSON in its first argument.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import Provider, { type ClientMetadata } from 'oidc-provider'
import { inMemory } from './in-memory.ts'

const issuer = 'http://127.0.0.1:8000'
const resource = 'http://127.0.0.1:8000/api'
const accountId = 'tim'
const keys = [
  { alg: 'ES256', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
  { alg: 'RS256', key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
]
const clients: readonly ClientMetadata[] = JSON.parse(process.argv[2] ?? '')

const provider = new Provider(issuer, {
  adapter: () => inMemory(),
  clients: [...clients],
  jwks: { keys: keys.map(({ alg, key }) => ({ ...key.export({ format: 'jwk' }), alg, use: 'sig' })) },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
  interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => ({ scope: 'items', accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
      // Refreshed tokens are JWTs too, without being asked for.
      useGrantedResource: () => true,
    },
  },
  // As Countersign: wherever the client may use one, replaced at each use.
  issueRefreshToken: (_: unknown, client: { grantTypeAllowed: (type: string) => boolean }) =>
    client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  // Spares it looking up the session at each use.
  expiresWithSession: () => false,
  pkce: { required: () => true },
  ttl: {
    AccessToken: 1800,
    ClientCredentials: 1800,
    Grant: 86_400,
    IdToken: 3600,
    Interaction: 600,
    RefreshToken: 86_400,
    Session: 86_400,
  },
})

const answer = provider.callback()
const server = createServer((request, response) => {
  if (request.url?.startsWith('/interaction/')) void interact(request, response)
  else answer(request, response)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})

/** Each visitor is the user, and consents. */
async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId } })
    return
  }
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
  grant.addOIDCScope('openid')
  grant.addResourceScope(resource, 'items')
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } })
}
