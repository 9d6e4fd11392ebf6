/** `countersign users import`: reads the file, shows how far it is, tells what became of it. */
import { parseArgs } from 'node:util'
import { systemClock } from '../environment.ts'
import type { Store } from '../store/open.ts'
import { printable } from '../trace/format.ts'
import { type ImportReport, importUsers } from '../users/import-users.ts'
import { CommandError } from './command-error.ts'
import { openImport } from './import-file.ts'
import { print, printProgress } from './print.ts'

/** Refused rows that are told one by one. */
const mostTold = 100

/** @throws CommandError when a row was refused, and so nothing was imported */
export async function importFile(store: Store, args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [path, ...rest] = positionals
  if (path === undefined || rest.length > 0)
    throw new CommandError('Give one file: countersign users import FILE [--dry-run]')
  const report = await importUsers(store, openImport(path), {
    isDryRun: values['dry-run'],
    now: systemClock(),
    onProgress: (task, rows) => printProgress(`${task} ${count(rows)} users`),
  })
  printProgress('')
  print(describe(report))
  if (report.refused.length > 0) {
    throw new CommandError(
      `${count(report.refused.length)} row(s) were refused, so nothing was imported. Mend or remove them.`,
    )
  }
  print(values['dry-run'] ? 'A dry run: nothing was imported.' : `Imported ${count(report.imported)} user(s).`)
}

function describe(report: ImportReport): string {
  const schemes = [...report.schemes].map(([scheme, users]) =>
    scheme === 'none'
      ? `  ${count(users)} without a password: to be set before a login`
      : `  ${count(users)} with ${scheme}`,
  )
  return [
    `Read ${count(report.rows)} row(s).`,
    ...schemes,
    ...(report.belowFloor > 0
      ? [`  ${count(report.belowFloor)} below today's floor, until the user's next login`]
      : []),
    ...(report.present > 0 ? [`  ${count(report.present)} there already: left as they are`] : []),
    ...(report.ignored.length > 0 ? [`  ignored members: ${printable(report.ignored.join(', '))}`] : []),
    ...report.refused.slice(0, mostTold).map(({ place, reason }) => `  refused, ${place}: ${reason}`),
    ...(report.refused.length > mostTold ? [`  ... and ${count(report.refused.length - mostTold)} more`] : []),
  ].join('\n')
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}
