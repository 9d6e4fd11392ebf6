/** Runs the `countersign` command as users do: in its own process, with HTTP and its standard streams. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Scope } from '../../packages/server/test/support/scope.ts'
import { freePort } from './free-port.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The arguments of Node that run the command from its sources. */
export const command: readonly string[] = ['--import', join(root, 'scripts/fast-start.mjs'), ...commandOf(root)]

/** The same for a copy of the repository, also for an older one. */
export function commandOf(copy: string): readonly string[] {
  return ['--conditions=source', join(copy, 'packages/server/src/cli/main.ts')]
}

/** Milliseconds. A process that still runs so long after its signal is killed at the end of its test. */
const longestStopMs = 60_000

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly origin: string
  /** The line with the URL. */
  readonly ready: string
  readonly child: ChildProcess
  /** Its standard output so far. */
  readonly output: () => string
  /** Sends the signal and returns how the process ended. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Finished>
}

/** The settings of one test: of this machine's environment only the PATH. */
export type Environment = Readonly<Record<string, string>>

/** For `serve` on the tests' PostgreSQL, which never has to survive a power failure. */
export const onTestsPostgres: Environment = { UNSAFE_DATABASE_SETTINGS: 'fsync,full_page_writes,synchronous_commit' }

/** An empty folder, removed after `scope`. */
export function temporaryFolder(scope: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-process-'))
  scope.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a command until it exits, with `input` on standard input. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  input = '',
  folder: string = root,
  program: readonly string[] = command,
): Promise<Finished> {
  const child = start(args, environment, folder, 'pipe', program)
  child.stdin?.end(input)
  return await finished(child)
}

/** Runs a command whose standard output, or error, is closed before it writes anything, as with `| true`. */
export async function runUnread(
  args: readonly string[],
  environment: Environment,
  stream: 'stdout' | 'stderr' = 'stdout',
): Promise<Finished> {
  const child = start(args, environment, root)
  child[stream]?.destroy()
  return await finished(child)
}

/** Runs a command whose standard output is the file `output`. */
export async function runInto(output: number, args: readonly string[], environment: Environment): Promise<Finished> {
  return await finished(start(args, environment, root, output))
}

/** Starts `dev` or `serve` and waits until it is ready; stopped after `scope`. */
export async function startCommand(
  scope: Scope,
  args: readonly string[],
  environment: Environment,
  folder: string = root,
  program: readonly string[] = command,
): Promise<Running> {
  const child = start(args, { PORT: String(await freePort()), ...environment }, folder, 'pipe', program)
  const end = finished(child)
  let stdout = ''
  const origin = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk
      const url = /(http:\/\/[^\s"]+).*\n/.exec(stdout)?.[1]
      if (url) resolve(url)
    })
    void end.then(({ code, stderr }) => reject(new Error(`ended with ${code}: ${stderr}`)))
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal)
    return await end
  }
  scope.after(() => {
    const timer = setTimeout(() => child.kill('SIGKILL'), longestStopMs)
    return stop().finally(() => clearTimeout(timer))
  })
  return { origin, ready: lineWithUrl(stdout), child, output: () => stdout, stop }
}

function lineWithUrl(output: string): string {
  return output.split('\n').find((line) => line.includes('http://')) ?? ''
}

function start(
  args: readonly string[],
  environment: Environment,
  folder: string,
  stdout: 'pipe' | number = 'pipe',
  program: readonly string[] = command,
): ChildProcess {
  return spawn(process.execPath, [...program, ...args], {
    cwd: folder,
    stdio: ['pipe', stdout, 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  })
}

function finished(child: ChildProcess): Promise<Finished> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}
