/** `countersign users import`: reads the file, shows the progress, prints a report. */
import { parseArgs } from 'node:util'
import { systemClock } from '../environment.ts'
import type { Store } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import type { ImportProblem } from '../users/import-record.ts'
import { type ImportReport, importUsers } from '../users/import-users.ts'
import { CommandError } from './command-error.ts'
import { openImport } from './import-file.ts'
import { print, printProgress } from './print.ts'

/** Rejected rows that are printed one by one. */
const maxPrinted = 100

/** @throws CommandError when a row is rejected, so that nothing is imported */
export async function importFile(store: Store, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [path, ...rest] = positionals
  if (path === undefined || rest.length > 0)
    throw new CommandError('Give one file: countersign users import FILE [--dry-run]')
  const report = await importUsers({ store, now: systemClock }, openImport(path), {
    isDryRun: values['dry-run'],
    onProgress: (task, rows) => printProgress(`${task} ${count(rows)} users`),
  })
  printProgress('')
  print(describe(report))
  if (report.rejected.length > 0) {
    throw new CommandError(
      `${count(report.rejected.length)} row(s) were rejected, so nothing was imported. Correct or remove them.`,
    )
  }
  print(values['dry-run'] ? 'A dry run: nothing was imported.' : `Imported ${count(report.imported)} user(s).`)
}

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
