/** The process of `operator.ts`, which is killed and started again. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Scope } from '../../../packages/server/test/support/scope.ts'
import { command, type Environment } from '../../support/process.ts'
import type { Operation, Outcome } from './operator.ts'

export interface OperatorProcess {
  /** Resolves with `cut` when the process is killed before it has said what it did. */
  readonly perform: (operation: Operation) => Promise<Outcome | 'cut'>
  readonly kill: () => Promise<void>
}

const program = fileURLToPath(new URL('./operator.ts', import.meta.url))

/** Resolves when it is ready; killed after `scope`. */
export async function startOperator(scope: Scope, environment: Environment): Promise<OperatorProcess> {
  const env = { PATH: process.env['PATH'], ...environment }
  // The arguments of Node before the command itself.
  const child = fork(program, { execArgv: command.slice(0, -1), env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'close')
  const next = () =>
    Promise.race([
      new Promise<Outcome>((resolve) => child.once('message', (outcome: Outcome) => resolve(outcome))),
      ended.then(() => 'cut' as const),
    ])
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }
  scope.after(kill)
  if ((await next()) !== 'ready') throw new Error(`the operator ended with ${child.exitCode}`)
  return {
    kill,
    perform: async (operation) => {
      if (!child.connected) return 'cut'
      const outcome = next()
      child.send(operation, () => {})
      return await outcome
    },
  }
}
