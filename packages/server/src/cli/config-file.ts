/** Loads `countersign.config.ts`: options that do not fit into an environment variable, such as clients. */
import { existsSync, statSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { didYouMean } from '../config/did-you-mean.ts'
import type { Options } from '../config/options.ts'
import { printable } from '../trace/format.ts'
import { CommandError } from './command-error.ts'
import { importOptions } from './import-options.ts'

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
 * The configuration file at `path`, by default the one in the current folder; `undefined` when there is none. `limit`: seconds that it may take.
 * @throws CommandError when it cannot be loaded, or sets an unknown option
 */
export async function loadConfigFile(path: string | undefined, limit: number): Promise<ConfigFile | undefined> {
  const found = path === undefined ? configNames.filter((name) => existsSync(name)) : [path]
  const [first, second] = found
  if (first === undefined) return undefined
  if (second !== undefined) throw new CommandError(`There are ${found.join(' and ')}: keep one of them`)
  if (!existsSync(first)) throw new CommandError(`COUNTERSIGN_CONFIG names ${first}, which does not exist`)
  const name = basename(first)
  // The import of a device or of a pipe may never end.
  if (!statSync(first).isFile()) throw new CommandError(`${first}, the configuration, is not a file`)
  const options = await importOptions(resolve(first), name, limit)
  // Loaded only where there is a file: every command reads the settings.
  const { optionNames } = await import('../config/resolve-options.ts')
  const unknown = Object.keys(options).filter((key) => !optionNames.includes(key))
  if (unknown.length > 0) {
    throw new CommandError(
      unknown.map((key) => `${name}: ${printable(key)} is not an option${didYouMean(key, optionNames)}`).join('\n'),
    )
  }
  return { name, options }
}
