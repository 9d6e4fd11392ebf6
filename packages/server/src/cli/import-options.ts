/** Imports the options of a configuration file. It is code of a user, which may throw anything, end the process or never end. */
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Options } from '../config/options.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import { printable } from '../trace/format.ts'
import { CommandError } from './command-error.ts'
import { printError } from './terminal/print.ts'

/**
 * The default export of the file at `path`. `name` is its name in messages; `limit`: seconds that its import may take.
 * @throws CommandError when it cannot be loaded, or is not an object
 */
export async function importOptions(path: string, name: string, limit: number): Promise<Partial<Options>> {
  const watch = watchForEnd(name, limit)
  const options = await Promise.race([readDefault(path), watch.neverEnds])
    .catch((error: unknown) => {
      throw new CommandError(`${name} cannot be loaded: ${describeThrown(error)}`)
    })
    .finally(watch.stop)
  if (options === undefined) {
    throw new CommandError(`${name} has no options as its default export: write export default defineConfig({ ... })`)
  }
  return options
}

interface Watch {
  /** Rejects when the file awaits what never happens, or what takes too long. */
  readonly neverEnds: Promise<never>
  readonly stop: () => void
}

/** Also ends with one line when the file ends the process, or throws where nobody catches it. */
function watchForEnd(name: string, limit: number): Watch {
  const { promise: neverEnds, reject } = Promise.withResolvers<never>()
  const endWith = (what: string) => {
    stop()
    printError(`${name} cannot be loaded: ${what}`)
    process.exit(1)
  }
  const onExit = (code: number) => endWith(`it ends the process with code ${code}`)
  // Nothing is left that could settle the import.
  const onBeforeExit = () => reject(new Error('it waits for something that never happens'))
  const onThrown = (thrown: unknown) => endWith(describeThrown(thrown))
  const onLimit = () =>
    reject(new Error(`it has not ended after ${limit} seconds. What it waits for must have a limit`))
  // Referenced, it would keep `beforeExit` away.
  const timer = Number.isFinite(limit) ? setTimeout(onLimit, limit * 1000).unref() : undefined
  const stop = () => {
    clearTimeout(timer)
    process.off('exit', onExit)
    process.off('beforeExit', onBeforeExit)
    process.off('uncaughtException', onThrown)
    process.off('unhandledRejection', onThrown)
  }
  process.on('exit', onExit)
  process.on('beforeExit', onBeforeExit)
  process.on('uncaughtException', onThrown)
  process.on('unhandledRejection', onThrown)
  return { neverEnds, stop }
}

/** A copy, so that getters throw here, or `undefined` when the default export is no object. */
async function readDefault(path: string): Promise<Partial<Options> | undefined> {
  const loaded: unknown = await import(pathToFileURL(path).href)
  // What it left for the next turn, such as a promise that is rejected, can still fail.
  await setImmediate()
  const isModule = typeof loaded === 'object' && loaded !== null
  const options = isModule && 'default' in loaded ? loaded.default : undefined
  if (!isPlainObject(options)) return undefined
  // The values may have the wrong types: resolveOptions checks them.
  return { ...options }
}

/** What the code of a user threw, which may be anything, in one line for a terminal. */
function describeThrown(thrown: unknown): string {
  if (typeof thrown === 'object' || typeof thrown === 'function') {
    const message = thrown === null ? undefined : messageOf(thrown)
    return message === undefined ? 'it throws a value that is not an error' : inOneLine(message)
  }
  return inOneLine(String(thrown))
}

function messageOf(thrown: object): string | undefined {
  try {
    return 'message' in thrown && typeof thrown.message === 'string' ? thrown.message : undefined
  } catch {
    // A getter that throws.
    return undefined
  }
}

function inOneLine(text: string): string {
  return printable(text.replace(/\s*[\r\n]+\s*/g, ' '))
}
