/** What `countersign dev` serves, for tests about the tutorial, its demo and its pages. */
import { tokenByPassword } from './password-grant.ts'
import type { Scope } from './scope.ts'
import { type ServerOptions, startServerWithoutUsers, type TestServer } from './server.ts'

export interface TutorialServer extends TestServer {
  /** Logs in by the password grant and returns the access token. */
  readonly login: (username: string, password: string, scope?: string) => Promise<string>
}

/** Started with the tutorial's users and items, the demo and the password grant; closed with `scope`. */
export async function startTutorialServer(scope: Scope, options: ServerOptions = {}): Promise<TutorialServer> {
  const started = await startServerWithoutUsers(scope, { demo: true, passwordGrant: 'first-party', ...options })
  return {
    ...started,
    login: (username, password, scope) => tokenByPassword(started, { username, password }, scope),
  }
}
