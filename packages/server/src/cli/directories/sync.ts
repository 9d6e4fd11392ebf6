/** `countersign directories sync`. */
import { DirectoryUnavailable } from '../../users/directories/open-directory.ts'
import { syncDirectory } from '../../users/directories/sync-directory.ts'
import { causeOf } from '../../users/directories/trace-user.ts'
import { CommandError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { chosen, withDirectories } from './with-directories.ts'

export function sync(name: string | undefined): Promise<void> {
  return withDirectories(async (store, directories) => {
    const failed: string[] = []
    for (const directory of chosen(directories, name)) {
      const place = directory.declaration.name
      const bar = createProgressBar()
      const { linked } = await store.directoryLinks.count(place)
      const onProgress = (done: number) =>
        bar.show({ task: `Reading ${place}`, fraction: done / Math.max(linked, 1), done, unit: 'users' })
      try {
        const { users, ended } = await syncDirectory({ store, now: store.clock.now }, directory, onProgress)
        bar.end()
        print(`${place}: ${users} users read, ${ended} of them newly disabled or gone`)
      } catch (error) {
        bar.end()
        if (!(error instanceof DirectoryUnavailable)) throw error
        failed.push(`${place} does not respond: ${causeOf(error)}`)
      }
    }
    if (failed.length > 0) throw new CommandError(failed.join('\n'))
  })
}
