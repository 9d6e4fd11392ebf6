/** Loads `countersign.config.ts`: options that do not fit into an environment variable, such as clients. */
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { didYouMean } from '../config/did-you-mean.ts'
import type { Options } from '../config/options.ts'
import { CommandError } from './command-error.ts'

export interface ConfigFile {
  /** Its name in messages. */
  readonly name: string
  readonly options: Partial<Options>
}

/** The names of the configuration file. */
export const configNames: readonly string[] = [
  'countersign.config.ts',
  'countersign.config.mts',
  'countersign.config.js',
  'countersign.config.mjs',
]

/**
 * The configuration file at `path`, by default the one in the current folder; `undefined` when there is none.
 * @throws CommandError when it cannot be loaded, or sets an unknown option
 */
export async function loadConfigFile(path: string | undefined): Promise<ConfigFile | undefined> {
  const found = path === undefined ? configNames.filter((name) => existsSync(name)) : [path]
  const [first, second] = found
  if (first === undefined) return undefined
  if (second !== undefined) throw new CommandError(`There are ${found.join(' and ')}: keep one of them`)
  if (!existsSync(first)) throw new CommandError(`COUNTERSIGN_CONFIG names ${first}, which does not exist`)
  const name = basename(first)
  const options = await importDefault(resolve(first), name)
  // Loaded only where there is a file: every command reads the settings.
  const { optionNames } = await import('../config/resolve-options.ts')
  const unknown = Object.keys(options).filter((key) => !optionNames.includes(key))
  if (unknown.length > 0) {
    throw new CommandError(
      unknown.map((key) => `${name}: ${key} is not an option${didYouMean(key, optionNames)}`).join('\n'),
    )
  }
  return { name, options }
}

async function importDefault(path: string, name: string): Promise<Partial<Options>> {
  const loaded: unknown = await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new CommandError(`${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`)
  })
  const isModule = typeof loaded === 'object' && loaded !== null
  const options = isModule && 'default' in loaded ? loaded.default : undefined
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new CommandError(`${name} has no options as its default export: write export default defineConfig({ ... })`)
  }
  // The values may have the wrong types: resolveOptions checks them.
  return options
}
