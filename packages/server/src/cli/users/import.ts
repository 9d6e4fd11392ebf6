/** `countersign users import`: reads the file, shows the progress, prints a report. */
import { systemClock } from '../../environment.ts'
import { printable } from '../../trace/format.ts'
import type { ImportProblem } from '../../users/import-record.ts'
import { type ImportReport, importUsers, RowsChanged } from '../../users/import-users.ts'
import { CommandError } from '../command-error.ts'
import { print } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { withStore } from '../with-store.ts'
import { openImport } from './import-file.ts'

/** Rejected rows that are printed one by one. */
const maxPrinted = 100

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
  print(describe(report))
  if (report.rejected.length > 0) {
    throw new CommandError(
      `${count(report.rejected.length)} row(s) were rejected, so nothing was imported. Correct or remove them.`,
    )
  }
  print(isDryRun ? 'A dry run: nothing was imported.' : `Imported ${count(report.imported)} user(s).`)
}

const tasks = { checked: 'Checking', imported: 'Importing' } as const

function describe(report: ImportReport): string {
  const schemes = [...report.schemes].map(([scheme, users]) =>
    scheme === 'none'
      ? `  ${count(users)} without a password: they must set one before the first login`
      : `  ${count(users)} with ${scheme}`,
  )
  return [
    `Read ${count(report.rows)} row(s).`,
    ...schemes,
    ...(report.belowFloor > 0 ? [`  ${count(report.belowFloor)} with a weak hash, until the user's next login`] : []),
    ...(report.present > 0 ? [`  ${count(report.present)} present already: not changed`] : []),
    ...(report.ignored.length > 0 ? [`  ignored members: ${printable(report.ignored.join(', '))}`] : []),
    ...report.rejected
      .slice(0, maxPrinted)
      .map(({ place, problems }) => `  rejected, ${place}: ${problems.map(describeProblem).join('; ')}`),
    ...(report.rejected.length > maxPrinted ? [`  ... and ${count(report.rejected.length - maxPrinted)} more`] : []),
  ].join('\n')
}

function describeProblem({ field, message }: ImportProblem): string {
  return field === undefined ? message : `${field} ${message}`
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}
