/** Runs `npx @countersign/client` as users do: a process of its own. */
import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type RunningExample, watch } from './example.ts'
import type { Environment, Finished } from './process.ts'

const compileCache = new URL('../../scripts/compile-cache.mjs', import.meta.url).href
const main = fileURLToPath(new URL('../../packages/client/src/node/cli/main.ts', import.meta.url))

/** Starts it; ended when the test ends. */
export function startClientCommand(
  test: TestContext,
  args: readonly string[],
  environment: Environment,
): RunningExample {
  return watch(test, start(args, environment))
}

/** Runs it to its end. */
export async function runClientCommand(args: readonly string[], environment: Environment): Promise<Finished> {
  const child = start(args, environment)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}

function start(args: readonly string[], environment: Environment) {
  return spawn(process.execPath, ['--import', compileCache, '--conditions=source', main, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    detached: true,
  })
}
