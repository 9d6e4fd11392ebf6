/** Countersign as it serves in production, on a database of its own with one user who has logged in. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { type Load, post } from './load.ts'
import { type Launch, type RunningProcess, runToEnd, startServing } from './processes.ts'

/** A folder with a database in which `login` can log in. */
export interface Deployment {
  /** How its server is started. */
  readonly launch: Launch
  /** Runs a command of its operator and answers what it printed. */
  readonly run: (...args: string[]) => Promise<string>
  /** The path of its SQLite file. */
  readonly databaseFile: string
  /** The stored hash of the user's password, which only SQLite shows. */
  readonly passwordHash: () => string
  readonly remove: () => void
}

/** What a user types. */
export type Login = Readonly<Record<'username' | 'password', string>>

export const login: Login = { username: 'tim', password: 'a password of six words or so' }

/** A directory as the configuration declares it. */
export interface ConfiguredDirectory {
  /** The function of the package `countersign` that declares it. */
  readonly by: 'sqlDirectory' | 'mongoDirectory' | 'ldapDirectory' | 'httpDirectory'
  readonly options: object
}

/** The user logs in, again and again. */
export const loginTurns: Load['turns'] = [[{ request: post('/token', login) }]]

const rootUrl = new URL('../../', import.meta.url)
const root = fileURLToPath(rootUrl)
/** As the root's `npm run countersign`. */
const withFastStart = ['--import', join(root, 'scripts/fast-start.mjs')]
const countersign = [
  '--max-semi-space-size=4',
  ...withFastStart,
  '--conditions=source',
  join(root, 'packages/server/src/cli/main.ts'),
]
const constantJson = [...withFastStart, join(root, 'bench/src/peers/constant-json.ts')]

/** Those of the tutorial, which peers have too. */
const scopes = { me: 'Read information about the current user.', items: 'Read items.' }

export interface DeploymentSettings {
  readonly directory?: ConfiguredDirectory
  /** @default an SQLite file in the folder */
  readonly databaseUrl?: string
}

/** Makes a database with the user, as an operator would. */
export async function deploy({ directory, databaseUrl }: DeploymentSettings = {}): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'))
  // Said beforehand, so that the server knows its own name.
  const port = await freePort()
  const environment = {
    DATA_DIR: folder,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    PORT: String(port),
    ISSUER: `http://127.0.0.1:${port}`,
    PASSWORD_GRANT: 'first-party',
    SECRET_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'),
  }
  writeFileSync(join(folder, 'countersign.config.mjs'), configuration(directory))
  const call = (...args: string[]): Launch => ({ args: [...countersign, ...args], environment, folder })
  await runToEnd(call('migrate'))
  const user = ['tim', '--email', 'tim@gmail.com', '--full-name', 'Timothy J Ruscica']
  await runToEnd(call('users', 'add', ...user), login.password)
  const databaseFile = join(folder, 'countersign.db')
  return {
    launch: call('serve'),
    run: (...args) => runToEnd(call(...args)),
    databaseFile,
    passwordHash: () => storedHash(databaseFile),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function configuration(directory?: ConfiguredDirectory): string {
  if (directory === undefined) return `export default ${JSON.stringify({ scopes })}`
  const declaration = `${directory.by}(${JSON.stringify(directory.options)})`
  return `
import { ${directory.by} } from '${new URL('packages/server/src/index.ts', rootUrl)}'
export default { scopes: ${JSON.stringify(scopes)}, directories: [${declaration}] }
`
}

/** One that nothing listens on now. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

function storedHash(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const [hash] = Object.values(database.prepare('select password_hash from credentials').get() ?? {})
    return String(hash)
  } finally {
    database.close()
  }
}

/** Starts the deployment's server, on one core if that is said. */
export function serve(deployment: Deployment, core?: number): Promise<RunningProcess> {
  return startServing({ ...deployment.launch, core })
}

/** Starts the deployment's server from a project in which the packed package is installed. */
export function serveInstalled({ launch }: Deployment, project: string): Promise<RunningProcess> {
  return startServing({ ...launch, args: [join(project, 'node_modules/countersign/dist/cli/main.js'), 'serve'] })
}

/** Starts a server of the deployment with so many workers, at a port of its own; 1: without a primary process beside it. */
export async function serveWithWorkers({ launch }: Deployment, workers: number): Promise<RunningProcess> {
  const settings = { PORT: String(await freePort()), ...(workers > 1 && { WORKERS: String(workers) }) }
  return await startServing({ ...launch, environment: { ...launch.environment, ...settings } })
}

/** Milliseconds from the start of a server to its first answer. It is stopped then. */
export async function timeToFirstAnswer(start: () => Promise<RunningProcess>): Promise<number> {
  const startedAt = performance.now()
  const { url, stop } = await start()
  const response = await fetch(new URL('/readyz', url))
  const elapsed = performance.now() - startedAt
  await response.text()
  await stop()
  if (!response.ok) throw new Error(`the first request was answered ${response.status}`)
  return elapsed
}

/** Starts the peer that answers constant JSON. */
export function serveConstant(core?: number): Promise<RunningProcess> {
  return startServing({ args: constantJson, core })
}

/** Logs the user in. Answers the access token. */
export async function logIn(url: URL, user: Login = login): Promise<string> {
  const response = await fetch(new URL('/token', url), { method: 'POST', body: new URLSearchParams(user) })
  const answer: unknown = await response.json()
  if (typeof answer === 'object' && answer && 'access_token' in answer) return String(answer.access_token)
  throw new Error(`the login was answered ${response.status}`)
}
