/** `countersign move`: moves, and says what to do next. */
import { countersign } from '../../config/called-as.ts'
import { systemClock, systemRandom } from '../../environment.ts'
import { type Moved, moveDatabase, type Stage } from '../../store/move/move.ts'
import { movedTables } from '../../store/move/moved-tables.ts'
import { planMove } from '../../store/move/plan.ts'
import { atSignals } from '../at-signals.ts'
import { print, printError, printJson } from '../terminal/print.ts'
import { createProgressBar } from '../terminal/progress.ts'
import { sourceUrl, urlOf } from './database-urls.ts'
import { formatPlan, planJson } from './format-plan.ts'

export interface MoveFlags {
  readonly from: string | undefined
  readonly to: string
  readonly isDryRun: boolean
  readonly isJson: boolean
}

/** Milliseconds in which what is still open may end. */
const lingerMs = 3000

const tasks: Readonly<Record<Stage, string>> = {
  copying: 'Copying',
  comparing: 'Comparing',
  freezing: 'Copying the last changes',
}

export async function move({ from, to, isDryRun, isJson }: MoveFlags): Promise<void> {
  const urls = { from: await sourceUrl(from), to: urlOf('--to', to) }
  if (isDryRun) {
    const plan = await planMove(urls)
    if (isJson) printJson(planJson(plan))
    else for (const line of formatPlan(plan)) print(line)
    return
  }
  const bar = createProgressBar()
  const endWatch = atSignals(() => {
    bar.end()
    printError(interrupted)
  })
  const moved = await moveDatabase({
    ...urls,
    random: systemRandom,
    now: systemClock,
    onStage: (stage, done, total) =>
      bar.show({ task: tasks[stage], fraction: total === 0 ? 1 : done / total, done, unit: 'rows' }),
  }).finally(() => {
    endWatch()
    bar.end()
    // A query that a database does not answer goes on after the freeze has ended without it.
    setTimeout(() => process.exit(), lingerMs).unref()
  })
  if (isJson) printJson(movedJson(moved))
  else for (const line of reportOf(moved)) print(line)
}

const interrupted = `Interrupted. Run ${countersign} move again: it continues. To give it up: ${countersign} move --cancel`

function reportOf({ from, to, rows, onlineSeconds = 0, frozen }: Moved): readonly string[] {
  const next = [
    `Next: set DATABASE_URL to ${to}, keep SECRET_KEY as it is, and start the servers.`,
    'Servers that still run on the former database check tokens, and respond 503 to all that writes: stop them when the new ones are ready.',
  ]
  if (frozen === undefined) return [`An earlier run has moved ${from} to ${to}.`, ...next]
  return [
    `Moved ${from} to ${to}: ${count(rows)} rows of ${movedTables.length} tables, equal by count and checksum.`,
    `Copied and compared in ${seconds(onlineSeconds)} s, while servers went on. Then they took no writes for ${seconds(frozen.seconds)} s, in which the last ${count(frozen.rows)} changed row(s) were copied.`,
    ...next,
  ]
}

function movedJson({ from, to, rows, onlineSeconds, frozen }: Moved): object {
  return {
    from,
    to,
    rows,
    online_seconds: onlineSeconds ?? null,
    frozen_seconds: frozen?.seconds ?? null,
    rows_while_frozen: frozen?.rows ?? null,
  }
}

function count(number: number): string {
  return number.toLocaleString('en-US')
}

function seconds(number: number): string {
  return number.toFixed(number < 10 ? 2 : 0)
}
