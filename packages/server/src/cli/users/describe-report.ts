/** The report of an import, as a terminal may show it: the file can contain anything. */
import { printable } from '../../trace/format.ts'
import type { ImportProblem } from '../../users/import-record.ts'
import type { ImportReport } from '../../users/import-users.ts'

/** Rejected rows that are printed one by one. */
const maxPrinted = 100

export function describeReport(report: ImportReport): string {
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
      .map(({ place, problems }) => printable(`  rejected, ${place}: ${problems.map(describeProblem).join('; ')}`)),
    ...(report.rejected.length > maxPrinted ? [`  ... and ${count(report.rejected.length - maxPrinted)} more`] : []),
  ].join('\n')
}

function describeProblem({ field, message }: ImportProblem): string {
  return field === undefined ? message : `${field} ${message}`
}

export function count(number: number): string {
  return number.toLocaleString('en-US')
}
