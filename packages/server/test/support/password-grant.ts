/** A server with the password grant, and what a client gets by it. */
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import type { Scope } from './scope.ts'
import { type ServerOptions, startServer, type TestServer } from './server.ts'

/** A client that still asks its users for their passwords, and may refresh. */
export const migratingApp: ClientDeclaration = {
  client_id: 'migrating',
  client_secret: 'a secret of the migrating app, long enough',
  grant_types: ['password', 'refresh_token'],
  scope: 'me items',
}

/** Started like `startServer`, with the password grant; closed with `scope`. */
export function startPasswordGrantServer(scope: Scope, options: ServerOptions = {}): Promise<TestServer> {
  return startServer(scope, { passwordGrant: 'first-party', ...options })
}

/** Logs in as the deployment's own software does, and returns the access token. */
export async function tokenByPassword(
  { post }: Pick<TestServer, 'post'>,
  { username, password }: { readonly username: string; readonly password: string },
  scope?: string,
): Promise<string> {
  const response = await post('/token', { username, password, ...(scope !== undefined && { scope }) })
  const body = JSON.parse(await response.text())
  if (response.status !== 200) throw new Error(`the login failed with ${response.status} ${JSON.stringify(body)}`)
  return body.access_token
}
