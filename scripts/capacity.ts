/**
 * `npm run capacity -- --users 1000000`: what a deployment does each second, what it stores, what it needs of machines, and what ends first.
 * `--check` compares the model with what a server does on both databases.
 */
import { forecast } from './capacity/forecast.ts'
import { type Asked, helpText, readOptions } from './capacity/options.ts'
import { reportOf } from './capacity/report.ts'

const asked = read()
if (asked?.isHelp) print(helpText())
else if (asked?.isCheck) await check()
else if (asked) {
  const found = forecast(asked.demand, asked.machines)
  print(asked.isJson ? JSON.stringify(found, null, 2) : reportOf(found))
}

function read(): Asked | undefined {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    print(error instanceof Error ? error.message : String(error))
    process.exitCode = 2
    return undefined
  }
}

/** Loaded only here: it needs PostgreSQL. */
async function check(): Promise<void> {
  const { checkModel } = await import('../test/support/capacity/check.ts')
  if (!(await checkModel(print))) process.exitCode = 1
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
