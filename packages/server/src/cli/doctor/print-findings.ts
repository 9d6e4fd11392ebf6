/** Prints what `countersign doctor` found. What came from the server is shown without characters that a terminal would obey. */
import { printable } from '../../trace/format.ts'
import { paint, printArray } from '../terminal/list.ts'
import { print } from '../terminal/print.ts'
import type { Style } from '../terminal/table.ts'
import type { Finding } from './finding.ts'

const styles: Readonly<Record<Finding['severity'], Style>> = {
  ok: 'green',
  skipped: 'dim',
  warning: 'yellow',
  problem: 'red',
}

const labels: Readonly<Record<Finding['severity'], string>> = {
  ok: 'ok',
  skipped: 'not tried',
  warning: 'warning',
  problem: 'problem',
}

const width = 11

export async function printFindings(findings: readonly Finding[], isJson: boolean): Promise<void> {
  if (isJson) {
    await printArray(findings, ({ check, severity, message, fix = null }) => ({ check, severity, message, fix }))
    return
  }
  for (const finding of findings) for (const line of linesOf(finding)) print(line)
  const count = (severity: Finding['severity']) => findings.filter((one) => one.severity === severity).length
  print(
    `\nproblems: ${count('problem')}, warnings: ${count('warning')}, not tried: ${count('skipped')}, ok: ${count('ok')}`,
  )
}

/** One for what was found, and one for the fix. */
export function linesOf({ check, severity, message, fix }: Finding): readonly string[] {
  const found = `${paint(styles[severity], labels[severity].padEnd(width))}${printable(`${check}: ${message}`)}`
  return fix === undefined ? [found] : [found, `${' '.repeat(width)}${printable(`Fix: ${fix}`)}`]
}
