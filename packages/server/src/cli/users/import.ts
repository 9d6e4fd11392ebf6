/** `countersign users import`: reads the file, shows the progress, prints a report. */
import { systemClock } from '../../environment.ts'
import { importUsers, RowsChanged } from '../../users/import-users.ts'
import { CommandError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { withStore } from '../with-store.ts'
import { count, describeReport } from './describe-report.ts'
import { openImport } from './import-file.ts'

/** @throws CommandError when a row is rejected, so that nothing is imported */
export async function importFile(path: string, isDryRun: boolean): Promise<void> {
  const report = await withStore(async (store) => {
    const file = openImport(path)
    const bar = createProgressBar()
    try {
      return await importUsers({ store, now: systemClock }, file.rows, {
        isDryRun,
        onProgress: (task, done) => bar.show({ task: tasks[task], fraction: file.fractionRead(), done, unit: 'users' }),
      })
    } catch (error) {
      throw error instanceof RowsChanged
        ? new CommandError('The file changed during the import. Nothing was imported.')
        : error
    } finally {
      bar.end()
    }
  })
  print(describeReport(report))
  if (report.rejected.length > 0) {
    throw new CommandError(
      `${count(report.rejected.length)} row(s) were rejected, so nothing was imported. Correct or remove them.`,
    )
  }
  print(isDryRun ? 'A dry run: nothing was imported.' : `Imported ${count(report.imported)} user(s).`)
}

const tasks = { checked: 'Checking', imported: 'Importing' } as const
