/** Prints what was found in places, one line for each. */
import { printable } from '../../trace/format.ts'
import type { LookupStep } from '../../users/directories/trace-user.ts'
import { paint, printArray } from '../terminal/list.ts'
import { print } from '../terminal/print.ts'

/** Sets the exit code to 1 when something is wrong. */
export async function printFindings(findings: readonly LookupStep[], isJson: boolean): Promise<void> {
  if (findings.some(({ isProblem }) => isProblem)) process.exitCode = 1
  if (isJson) {
    await printArray(findings, ({ place, isProblem, message }) => ({ place, problem: isProblem, message }))
    return
  }
  for (const { place, isProblem, message } of findings) {
    const line = printable(`${place}: ${message}`)
    print(isProblem ? paint('red', `! ${line}`) : `  ${line}`)
  }
}
