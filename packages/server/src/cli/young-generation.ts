/** How Node is started for a process that serves: with little memory, and without a debugger. See docs/decisions/0100-a-small-young-generation.md. */

import { accessSync, constants } from 'node:fs'

/** In MiB, for each of its two halves. V8 would take 16 or 32 as soon as there is load, and keep them. */
const small = '--max-semi-space-size=4'
/** The operator's own choice. V8 takes both spellings, and NODE_OPTIONS may have quotes. */
const chosen = /^"?--max[-_]semi[-_]space[-_]size\b/

/** The C library of most Linux systems, glibc, gives threads memory of their own, up to eight pieces for each core. It reads this only at the start. */
const arenas = { MALLOC_ARENA_MAX: '2' }

/** Without it, SIGUSR1 opens Node's debugger to every user of the machine until our own code listens for the signal, and it stays open. */
const noDebugger = '--disable-sigusr1'

/** The options of Node for a process that serves: those of this one, without a debugger at SIGUSR1, and with a small young generation unless its size is given. */
export function servingOptions(): string[] {
  const given = process.execArgv.filter((option) => option !== noDebugger)
  return isChosen() ? [noDebugger, ...given] : [small, noDebugger, ...given]
}

/**
 * Replaces this process with one that has these options and few arenas; its id stays. V8 reads its options only at its start, and what `npx` starts is
 * a file without options. Returns when there is nothing to change, and where a process cannot be replaced: on Windows, with a channel to its parent, which would be
 * lost, or when the system refuses. Before Node 26, a refusal ends the process.
 */
export function restartToServe(): void {
  const isForbidden = process.permission?.has('child') === false
  if (isChosen() || isForbidden || process.connected || process.platform === 'win32' || !isExecutable()) return
  const args = [process.execPath, ...servingOptions(), ...process.argv.slice(1)]
  try {
    // Before 24.10, Node gives the new process an empty environment unless there is one here.
    process.execve?.(process.execPath, args, { ...arenas, ...process.env })
  } catch {
    // It serves all the same, with more memory.
  }
}

/** Whether Node's own file is still there and may be run. */
function isExecutable(): boolean {
  try {
    accessSync(process.execPath, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function isChosen(): boolean {
  const options = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  return options.some((option) => chosen.test(option))
}
