/** Starts an example as users do: `npm start` in its folder. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { type Environment, temporaryFolder } from './process.ts'

export interface RunningExample {
  /** Waits until the example has printed this, and returns the first group. */
  readonly said: (pattern: RegExp) => Promise<string>
  /** All its output so far, errors included. */
  readonly output: () => string
  /** Its exit code, after it has exited. */
  readonly ended: Promise<number | null>
}

/** On free ports, with its own database. Stopped with all its child processes when the test ends. */
export async function startExample(
  test: TestContext,
  name: string,
  environment: Environment = {},
  args: readonly string[] = [],
): Promise<RunningExample> {
  return await startScript(test, name, 'start', environment, args)
}

/** The same with another script of the example's package.json. */
export async function startScript(
  test: TestContext,
  name: string,
  script: string,
  environment: Environment = {},
  args: readonly string[] = [],
): Promise<RunningExample> {
  const ports = { PORT: String(await freePort()), APP_PORT: String(await freePort()) }
  // The same environment as under npm.
  const child = spawn(process.execPath, ['--run', script, '--', ...args], {
    cwd: fileURLToPath(new URL(`../../examples/${name}`, import.meta.url)),
    env: { PATH: process.env['PATH'], ...ports, DATA_DIR: temporaryFolder(test), ...environment },
    detached: true,
  })
  return watch(test, child)
}

/** The output of a process, and its exit. It is stopped with all its child processes when the test ends, so it must be detached. */
export function watch(test: TestContext, child: ChildProcessWithoutNullStreams): RunningExample {
  let output = ''
  let check = () => {}
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
      check()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  test.after(async () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    await ended
  })
  const said = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      check = () => {
        const found = pattern.exec(output)
        if (found) resolve(found[1] ?? found[0])
      }
      check()
      void ended.then((code) => reject(new Error(`ended with ${code} and without ${pattern}: ${output}`)))
    })
  return { said, output: () => output, ended }
}
