/** The database and the directories that the settings name, for one command. */
import { resolveDirectories } from '../../config/resolve-options.ts'
import type { Log } from '../../environment.ts'
import type { Store } from '../../store/open.ts'
import { type Directories, openDirectories } from '../../users/directories/directories.ts'
import type { OpenDirectory } from '../../users/directories/open-directory.ts'
import { CommandError } from '../command-error.ts'
import { explain, type Settings } from '../config.ts'
import { withStore } from '../with-store.ts'

/** The command says itself what is wrong. */
const silent: Log = { info: () => {}, warn: () => {}, error: () => {} }

/** @throws CommandError when there are no directories, or a driver is missing */
export function withDirectories<Result>(
  work: (store: Store, directories: Directories, settings: Settings) => Promise<Result>,
): Promise<Result> {
  return withStore(async (store, settings) => {
    const directories = await openConfigured(store, settings)
    if (directories === undefined) {
      const place = settings.configName ?? 'countersign.config.ts'
      throw new CommandError(`There are no directories. Add them to the option directories of ${place}.`)
    }
    try {
      return await work(store, directories, settings)
    } finally {
      await directories.close()
    }
  })
}

/** `undefined` without any. @throws CommandError */
export async function openConfigured({ clock: { now } }: Store, settings: Settings): Promise<Directories | undefined> {
  const declarations = await Promise.resolve(settings.options)
    .then(resolveDirectories)
    .catch((error) => explain(error, settings))
  return await openDirectories(declarations, { now, log: silent }).catch((error: unknown) => {
    throw new CommandError(error instanceof Error ? error.message : String(error))
  })
}

/** Those that are named, or all. @throws CommandError */
export function chosen({ all, byName }: Directories, name: string | undefined): readonly OpenDirectory[] {
  if (name === undefined) return all
  const directory = byName(name)
  if (directory) return [directory]
  const names = all.map(({ declaration }) => declaration.name).join(', ')
  throw new CommandError(`There is no directory ${JSON.stringify(name)}. There are: ${names}`)
}
