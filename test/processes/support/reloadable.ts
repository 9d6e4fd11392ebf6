/** A `countersign serve` whose settings are changed while it runs: its configuration file, its `.env`, and what it logs. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseKind } from '../../../packages/server/test/support/databases.ts'
import { databaseWithUsers } from '../../../packages/server/test/support/people.ts'
import { testSecret } from '../../../packages/server/test/support/server.ts'
import { freePort } from '../../support/free-port.ts'
import {
  type Environment,
  onTestsPostgres,
  type Running,
  startCommand,
  temporaryFolder,
} from '../../support/process.ts'
import { sendOnce } from '../../support/single-request.ts'

export interface Reloadable extends Running {
  /** Writes the configuration file: the name of the brand, and what is to stand before it. */
  readonly configure: (brand: string, before?: string) => void
  /** Writes `.env`. */
  readonly set: (variables: Environment) => void
  /** Removes the folder that it runs in, with these files. */
  readonly removeFolder: () => void
  readonly reload: () => void
  /** The lines of the log whose message begins so. */
  readonly logged: (message: string) => readonly Line[]
  /** Waits, as long as the test may, until there are so many of them. */
  readonly untilLogged: (message: string, count: number) => Promise<void>
}

type Line = Readonly<Record<string, unknown>>

interface AtStart {
  /** What stands before the options in the configuration file. */
  readonly before?: string
  /** Variables of the environment. */
  readonly settings?: Environment
}

/** `flags` are those of `serve`. */
export async function startReloadable(
  t: TestContext,
  kind: DatabaseKind,
  flags: readonly string[],
  { before, settings }: AtStart = {},
): Promise<Reloadable> {
  const folder = temporaryFolder(t)
  const variables = { DATA_DIR: folder, DATABASE_URL: await databaseWithUsers(t, kind), SECRET_KEY: testSecret }
  const set = (changes: Environment) => {
    const lines = Object.entries({ ...variables, ...changes }).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(join(folder, '.env'), lines.join(''))
  }
  const configure = (brand: string, first = '') => writeFileSync(join(folder, 'config.mjs'), first + file(brand))
  set({})
  configure('Before', before)
  const environment = {
    ...onTestsPostgres,
    COUNTERSIGN_CONFIG: 'config.mjs',
    PASSWORD_GRANT: 'first-party',
    SHUTDOWN_DELAY: '1',
    // The issuer contains the port.
    PORT: String(await freePort()),
    ...settings,
  }
  const running = await startCommand(t, ['serve', ...flags], environment, folder)
  const logged = (message: string) =>
    running
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line): Line => JSON.parse(line))
      .filter(({ msg }) => String(msg).startsWith(message))
  const untilLogged = async (message: string, count: number) => {
    while (logged(message).length < count) await sleep(20)
  }
  const removeFolder = () => rmSync(folder, { recursive: true })
  return { ...running, configure, set, removeFolder, reload: () => running.child.kill('SIGUSR2'), logged, untilLogged }
}

function file(brand: string): string {
  return `export default {
    clients: [{ client_id: 'own', token_endpoint_auth_method: 'none', grant_types: ['password', 'refresh_token'] }],
    // The load logs one user in twelve times at once: docs/decisions/0003-login-attempt-budget-in-sql.md.
    accountFailureLimit: 100,
    brand: { name: '${brand}' },
  }\n`
}

/** The brands on so many home pages, each on a connection of its own. */
export async function brandsOf({ origin }: Running, count = 20): Promise<ReadonlySet<string>> {
  const brands = new Set<string>()
  for (let request = 0; request < count; request++) {
    const page = await (await sendOnce(new Request(`${origin}/`))).text()
    brands.add(/Before|After|Later/.exec(page)?.[0] ?? page)
  }
  return brands
}

/** For the top of the file: says the process that reads it, and then takes ten minutes. */
export const slow =
  'console.log(JSON.stringify({ msg: "loading", pid: process.pid }))\nawait new Promise((resolve) => setTimeout(resolve, 600_000))\n'
