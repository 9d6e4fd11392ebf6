/** Imports the options of a configuration file. It is code of a user, which may throw anything, end the process or never end. */
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Options } from '../config/options.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import { printable } from '../trace/format.ts'
import { CommandError } from './command-error.ts'
import { printError } from './terminal/print.ts'

/**
 * The default export of the file at `path`. `name` is its name in messages.
 * @throws CommandError when it cannot be loaded, or is not an object
 */
export async function importOptions(path: string, name: string): Promise<Partial<Options>> {
  const stop = watchForEnd(name)
  const options = await readDefault(path)
    .catch((error: unknown) => {
      throw new CommandError(`${name} cannot be loaded: ${describeThrown(error)}`)
    })
    .finally(stop)
  if (options === undefined) {
    throw new CommandError(`${name} has no options as its default export: write export default defineConfig({ ... })`)
  }
  return options
}

/**
 * Ends with one line when the file ends the process, awaits what never happens, or throws where nobody catches it. Returns what stops
 * this.
 */
function watchForEnd(name: string): () => void {
  const endWith = (what: string) => {
    stop()
    printError(`${name} cannot be loaded: ${what}`)
    process.exit(1)
  }
  const onExit = (code: number) => endWith(`it ends the process with code ${code}`)
  // Nothing is left that could settle the import.
  const onBeforeExit = () => endWith('it waits for something that never happens')
  const onThrown = (thrown: unknown) => endWith(describeThrown(thrown))
  const stop = () => {
    process.off('exit', onExit)
    process.off('beforeExit', onBeforeExit)
    process.off('uncaughtException', onThrown)
    process.off('unhandledRejection', onThrown)
  }
  process.on('exit', onExit)
  process.on('beforeExit', onBeforeExit)
  process.on('uncaughtException', onThrown)
  process.on('unhandledRejection', onThrown)
  return stop
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
