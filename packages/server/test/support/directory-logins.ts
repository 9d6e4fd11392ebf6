/** Users of directories who log in, for the tests. */
import { webApp } from './code-flow.ts'
import type { ListedDirectory, ListedUser } from './listed-directory.ts'
import { migratingApp, startPasswordGrantServer } from './password-grant.ts'
import type { Scope } from './scope.ts'
import type { ServerOptions, TestServer } from './server.ts'

export const password: string = 'sommar 2026'
/** Of that password, by bcrypt's own command. */
export const passwordHash: string = '$2b$10$lqCdaZBXrx5vtufGYPfl1.KX3tv2Xd1aBSIzcT9Bt68hc.hTb3LsC'
export const bea: ListedUser = {
  key: 'b1',
  username: 'bea',
  email: 'bea@example.com',
  isEmailVerified: true,
  fullName: 'Bea Berg',
  password,
  passwordHash,
}
export const carl: ListedUser = { key: 'c1', username: 'carl', fullName: 'Carl Cole', password, passwordHash }

export function startWithDirectories(
  test: Scope,
  directories: readonly ListedDirectory[],
  options: ServerOptions = {},
): Promise<TestServer> {
  const declarations = directories.map(({ declaration }) => declaration)
  return startPasswordGrantServer(test, { directories: declarations, clients: [webApp, migratingApp], ...options })
}

export function attempt({ post }: TestServer, username: string, given = password): Promise<Response> {
  return post('/token', { username, password: given })
}

export async function whoIs(
  { get }: TestServer,
  token: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await get('/users/me', { authorization: `Bearer ${token}` })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

/** What is stored of the failed check of a response. */
export async function failedCheck({ server }: TestServer, response: Response): Promise<Record<string, unknown>> {
  const { traces, store } = server.context
  await traces.flush()
  const trace = await store.traces.find(response.headers.get('x-request-id') ?? '')
  return trace?.steps.findLast((step) => step.outcome !== 'ok')?.facts ?? {}
}
