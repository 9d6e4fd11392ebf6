/** What `countersign move --dry-run` prints. */
import type { MovePlan } from '../../store/move/plan.ts'

/** The lines for a reader. */
export function formatPlan({ state, from, to, rows, bytes, seconds }: MovePlan): readonly string[] {
  const filled = [...rows].filter(([, count]) => count > 0)
  const total = filled.reduce((sum, [, count]) => sum + count, 0)
  const width = Math.max(...filled.map(([table]) => table.length), 0)
  return [
    `From ${from} to ${to}.`,
    ...filled.map(([table, count]) => `  ${table.padEnd(width)}  ${count.toLocaleString('en-US')}`),
    `${total.toLocaleString('en-US')} rows; the database has ${(bytes / 2 ** 20).toFixed(1)} MB.`,
    `Copying and comparing takes about ${Math.max(1, Math.round(seconds))} s, while servers go on. Then they take no writes for about a second.`,
    ...notes[state],
    'Nothing was changed.',
  ]
}

const notes: Readonly<Record<MovePlan['state'], readonly string[]>> = {
  new: [],
  continued: ['An earlier run has begun: the next one continues it, and skips the tables that are copied.'],
  back: ['The target has the copy of the data that was moved to the source: it is replaced.'],
  complete: ['An earlier run has moved all rows: the next one only notes that in the target.'],
}

/** The same for programs. */
export function planJson({ state, from, to, rows, bytes, seconds }: MovePlan): object {
  const tables = [...rows].map(([name, count]) => ({ name, rows: count }))
  return { from, to, state, tables, bytes, estimated_seconds: Math.round(seconds) }
}
