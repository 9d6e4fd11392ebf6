/** Runs `npx @countersign/client` as users do, in its own process. */
import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type RunningExample, watch } from './example.ts'
import type { Environment, Finished } from './process.ts'

const fastStart = new URL('../../scripts/fast-start.mjs', import.meta.url).href
const main = fileURLToPath(new URL('../../packages/client/src/node/cli/main.ts', import.meta.url))

/** Starts it; stopped when the test ends. */
export function startClientCommand(
  test: TestContext,
  args: readonly string[],
  environment: Environment,
): RunningExample {
  return watch(test, spawn(process.execPath, lineOf(args), optionsOf(environment)))
}

/**
 * Runs it until it exits.
 * @param output where its standard output goes: to the test, to a reader that has closed the pipe, or to that file
 */
export async function runClientCommand(
  args: readonly string[],
  environment: Environment,
  output: 'pipe' | 'closed' | number = 'pipe',
): Promise<Finished> {
  const stdout = typeof output === 'number' ? output : 'pipe'
  const child = spawn(process.execPath, lineOf(args), { ...optionsOf(environment), stdio: ['pipe', stdout, 'pipe'] })
  let printed = ''
  let stderr = ''
  if (output === 'closed') child.stdout?.destroy()
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    printed += chunk
  })
  child.stderr?.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout: printed, stderr }
}

function lineOf(args: readonly string[]): string[] {
  return ['--import', fastStart, '--conditions=source', main, ...args]
}

function optionsOf(environment: Environment) {
  return { env: { PATH: process.env['PATH'], ...environment }, detached: true }
}
