/** The report of an import, as a terminal may show it: the file can contain anything. */
import { printable } from '../../trace/format.ts'
import type { Format } from '../../users/import/format.ts'
import type { ImportProblem } from '../../users/import/import-problem.ts'
import type { ImportReport } from '../../users/import/import-users.ts'

/** Rejected rows, and users without a password, that are printed one by one. */
const maxPrinted = 100

export function describeReport(report: ImportReport, format: Format): string {
  const from = format.name === 'plain' ? '' : ` from ${format.title}`
  return [
    `Read ${count(report.rows)} row(s)${from}.`,
    ...describeUsers(report),
    ...[...report.leftOut.values()].map(({ problem, place, rows }) =>
      printable(`  ${count(rows)} without ${describeProblem(problem)} (the first at ${place})`),
    ),
    ...(report.lookalikes.length > 0 ? [`  may be taken for another user: ${describeLookalikes(report)}`] : []),
    ...(report.ignored.length > 0 ? [`  ignored members: ${listed(report.ignored)}`] : []),
    ...[...report.questions].map(([path, { about, place, rows }]) =>
      printable(`  asked, ${path} of ${count(rows)} row(s), the first at ${place}: ${questions[about](path)}`),
    ),
    ...report.rejectedRows
      .slice(0, maxPrinted)
      .map(({ place, problems }) => printable(`  rejected, ${place}: ${problems.map(describeProblem).join('; ')}`)),
    ...(report.rejected > maxPrinted ? [`  ... and ${count(report.rejected - maxPrinted)} more`] : []),
  ].join('\n')
}

function describeUsers(report: ImportReport): readonly string[] {
  const lacking = report.schemes.get('none') ?? 0
  const schemes = [...report.schemes].filter(([scheme]) => scheme !== 'none')
  return [
    ...schemes.map(([scheme, users]) => `  ${count(users)} with ${scheme}`),
    ...(lacking > 0
      ? [
          `  ${count(lacking)} without a password: they must set one before the first login: ${listed(report.withoutPassword, lacking)}`,
        ]
      : []),
    ...(report.belowFloor > 0
      ? [`  ${count(report.belowFloor)} with a hash of low cost, until the user's next login`]
      : []),
    ...(report.wrapped > 0
      ? [`  ${count(report.wrapped)} with a hash inside of argon2id, until the user's next login`]
      : []),
    ...(report.disabled > 0 ? [`  ${count(report.disabled)} disabled, by ${countedNames(report.disabledBy)}`] : []),
    ...(report.present > 0 ? [`  ${count(report.present)} present already: ${describePresent(report)}`] : []),
    ...(report.others > 0 ? [`  ${count(report.others)} that are no users`] : []),
  ]
}

function describeLookalikes({ lookalikes }: ImportReport): string {
  return listed(lookalikes.map(({ username, looksLike }) => `${username} (looks like ${looksLike})`))
}

function describePresent({ updated }: ImportReport): string {
  return updated === 0 ? 'not changed' : `${count(updated)} lack something that the file has`
}

const questions = {
  rights: (path: string) =>
    `it may say that the user must not log in. Say what it means: --map disabled=${path}, --map enabled=${path} or --map ignore=${path}`,
  labels: (path: string) =>
    `one of its values may say that the user must not log in. Add disabled: true to such users in the file, and say --map ignore=${path}`,
  hash: (path: string) =>
    `it may be the password hash: did you mean hashed_password? Say so: --map hashed_password=${path} or --map ignore=${path}`,
} as const

function countedNames(names: ReadonlyMap<string, number>): string {
  return printable([...names].map(([name, users]) => `${name} (${count(users)})`).join(', '))
}

function listed(names: readonly string[], total: number = names.length): string {
  const more = total > maxPrinted ? ` ... and ${count(total - maxPrinted)} more` : ''
  return printable(`${names.slice(0, maxPrinted).join(', ')}${more}`)
}

function describeProblem({ field, message }: ImportProblem): string {
  return field === undefined ? message : `${field} ${message}`
}

export function count(number: number): string {
  return number.toLocaleString('en-US')
}
