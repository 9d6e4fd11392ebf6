/** Forms that get tokens at `POST /token`, one for each grant type but the password, and the responses to them. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { hashToken } from '../../src/tokens/random-token.ts'
import { basicOf, clientSecret } from './clients.ts'
import { newPkce, redirectUri } from './code-flow.ts'
import { givenGrant } from './grants.ts'
import type { Scope } from './scope.ts'
import { startServer, type TestServer } from './server.ts'

export type Form = Readonly<Record<string, string>>

const application: ClientDeclaration = {
  client_id: 'app',
  client_secret: clientSecret,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  redirect_uris: [redirectUri],
  scope: 'openid me items',
}
const clients: readonly ClientDeclaration[] = [
  application,
  { ...application, client_id: 'by-form', token_endpoint_auth_method: 'client_secret_post' },
  { ...application, client_id: 'by-header', token_endpoint_auth_method: 'client_secret_basic' },
  { client_id: 'none', client_secret: clientSecret, grant_types: [], resource_server: true },
]

/** A server with these clients; `app` may use each grant type. */
export function startTokenEndpoint(scope: Scope): Promise<TestServer> {
  // More wrong secrets than a client may send.
  return startServer(scope, { clients, accountFailureLimit: 100 })
}

/** A form that gets tokens. It is created for each request, because a code works only once. */
export const grants: readonly {
  readonly type: string
  readonly secret: string | undefined
  readonly form: (server: TestServer) => Promise<Form>
}[] = [
  {
    type: 'authorization_code',
    secret: 'code',
    form: async (server) => {
      const { grant } = await givenGrant(server)
      const { verifier, challenge } = newPkce()
      const code = `ac_${newPkce().verifier}`
      await server.server.context.store.authorizationCodes.insert(hashToken(code), {
        grantId: grant.id,
        redirectUri,
        nonce: null,
        codeChallenge: challenge,
        expiresAt: server.clock.now + 60,
        grantEndsAt: server.clock.now + 3600,
      })
      return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    },
  },
  {
    type: 'refresh_token',
    secret: 'refresh_token',
    form: async (server) => ({ grant_type: 'refresh_token', refresh_token: (await givenGrant(server)).refreshToken }),
  },
  { type: 'client_credentials', secret: undefined, form: async () => ({ grant_type: 'client_credentials' }) },
]

export const encoded = (form: Form) => new URLSearchParams(form).toString()

/** Sends a form, or the text of one, as the client `app`. */
export async function responseTo(
  { post }: TestServer,
  body: Form | string,
  { path = '/token', headers = basicOf('app') as Record<string, string> } = {},
): Promise<{
  readonly status: number
  readonly error: string | undefined
  readonly text: string
  readonly headers: Headers
}> {
  const response = await post(path, body, headers)
  const text = await response.text()
  return { status: response.status, error: JSON.parse(text).error, text, headers: response.headers }
}
