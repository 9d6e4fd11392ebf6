/** Several `countersign serve` on one PostgreSQL, as on machines whose clocks differ. */
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { UserAgent } from '../../../packages/server/src/user-agent/user-agent.ts'
import { databaseWithUsers } from '../../../packages/server/test/support/people.ts'
import { testSecret } from '../../../packages/server/test/support/server.ts'
import { createUserAgent } from '../../../packages/server/test/support/user-agent.ts'
import {
  type Environment,
  type Finished,
  onTestsPostgres,
  type Running,
  runCommand,
  startCommand,
} from '../../support/process.ts'

/** The URL of all processes: what a proxy has. No test opens it. */
export const issuer = 'http://127.0.0.1:8000'

export interface SkewedProcess extends Running {
  /** Seconds that its clock is ahead. */
  readonly shift: number
}

export interface SkewedProcesses {
  readonly processes: readonly SkewedProcess[]
  readonly databaseUrl: string
  /** Runs a command on a machine whose clock is so many seconds ahead. */
  readonly run: (shift: number, args: readonly string[], input?: string) => Promise<Finished>
}

/** Starts a process for each shift, with tim and alice; stopped when the test ends. */
export async function startSkewed(test: TestContext, shifts: readonly number[]): Promise<SkewedProcesses> {
  const databaseUrl = await databaseWithUsers(test, 'postgres')
  const settings = {
    ...onTestsPostgres,
    DATABASE_URL: databaseUrl,
    SECRET_KEY: testSecret,
    ISSUER: issuer,
    // A look at the clock that a busy machine gives no connection in time comes a minute later.
    DATABASE_WAIT_TIMEOUT: '60',
    COUNTERSIGN_CONFIG: fileURLToPath(new URL('./clients.config.ts', import.meta.url)),
  }
  const processes = await Promise.all(
    shifts.map(async (shift) => ({ shift, ...(await startCommand(test, ['serve'], skewed(settings, shift))) })),
  )
  return {
    processes,
    databaseUrl,
    run: (shift, args, input) => runCommand(args, skewed(settings, shift), input),
  }
}

const preload = new URL('../../support/shifted-clock.ts', import.meta.url).href

function skewed(settings: Environment, shift: number): Environment {
  return { ...settings, NODE_OPTIONS: `--import ${preload}`, CLOCK_SHIFT: String(shift) }
}

/** A browser whose requests a proxy without sticky sessions sends to the processes in turn. */
export function browseInTurn(processes: readonly SkewedProcess[]): UserAgent {
  let sent = 0
  return createUserAgent((request) => {
    const { origin } = processes[sent++ % processes.length] ?? { origin: issuer }
    return fetch(new Request(request.url.replace(issuer, origin), request))
  }, issuer)
}
