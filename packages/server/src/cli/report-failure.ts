/** Why a command, or a process that serves, failed: one message, and exit code 1. */
import { plainError } from '../log/plain-error.ts'
import { CommandError } from './command-error.ts'
import { printError } from './terminal/print.ts'

/** @throws the error again, without the values that it has, when it is our bug */
export async function reportFailure(error: unknown): Promise<void> {
  const problem = await problemFor(error)
  // Node prints it with all that the driver of a database has added.
  if (problem === undefined) throw plainError(error)
  printError(problem)
  process.exitCode = 1
}

/** The message for the operator; `undefined` when the error is our bug. */
export async function problemFor(error: unknown): Promise<string | undefined> {
  return error instanceof CommandError ? error.message : await operatorsProblem(error)
}

/** What an operator can solve. Loaded only here: a command that does not fail need not load the keys. */
async function operatorsProblem(error: unknown): Promise<string | undefined> {
  const { problemOf, problemSentences } = await import('../store/database-problem.ts')
  const { StoreError } = await import('../store/errors.ts')
  const { SealedKeysError } = await import('../keys/stored-key.ts')
  const { OperationError } = await import('../domain/operation-error.ts')
  if (error instanceof StoreError || error instanceof SealedKeysError || error instanceof OperationError) {
    return error.message
  }
  const problem = problemOf(error)
  if (problem === undefined || !(error instanceof Error)) return undefined
  // A command may need more than a server.
  if (problem === 'forbidden') {
    return `PostgreSQL refuses what the command needs: ${error.message}. Name a role in DATABASE_URL that may do it, or grant this one the right.`
  }
  return `The database is not available: ${error.message}. ${problemSentences[problem]}`
}
