/** The forecast as text. */
import type { Plan } from './bounds.ts'
import type { Forecast } from './forecast.ts'
import { costs } from './measured.ts'
import type { Table } from './rows.ts'
import { operationNames } from './work.ts'

export function reportOf(forecast: Forecast): string {
  return [operationsOf(forecast), rowsOf(forecast), ...databasesOf(forecast)].join('\n\n')
}

function operationsOf({ average, peak }: Forecast): string {
  const rows = operationNames
    .filter((name) => average[name] > 0)
    .map((name) => [name, rate(average[name]), rate(peak[name]), rate(peak[name] * costs[name].commits)])
  return table([['operations', 'a second', 'at the peak', 'commits at the peak'], ...rows])
}

function rowsOf({ rows, bytes }: Forecast): string {
  const names = (Object.keys(rows) as Table[]).filter((name) => rows[name] > 0)
  const lines = names.map((name) => [name, whole(rows[name]), size(bytes.sqlite[name]), size(bytes.postgres[name])])
  const total = (sizes: Readonly<Record<Table, number>>) => names.reduce((sum, name) => sum + sizes[name], 0)
  const rowCount = names.reduce((sum, name) => sum + rows[name], 0)
  const last = ['together', whole(rowCount), size(total(bytes.sqlite)), size(total(bytes.postgres))]
  return table([['rows that live', 'rows', 'SQLite', 'PostgreSQL'], ...lines, last])
}

function databasesOf({ sqlite, postgres, machines }: Forecast): readonly string[] {
  const { hashing, serving } = sqlite.work
  const { work } = postgres
  return [
    [
      `On SQLite, at the peak: ${cores(hashing)} cores for passwords, ${cores(serving)} for all else; ${rate(sqlite.work.commits)} commits a second.`,
      ...boundsOf(sqlite, machines.use),
      sqlite.machines === undefined ? 'SQLite is not enough.' : `One machine with ${machines.cores} cores is enough.`,
    ].join('\n'),
    [
      `On PostgreSQL, at the peak: ${cores(work.hashing)} cores for passwords, ${cores(work.serving)} for all else, ${cores(work.database)} for PostgreSQL; ${rate(work.commits)} commits a second, at most ${rate(work.logBytes / 1e6)} MB of write-ahead log.`,
      ...boundsOf(postgres, machines.use),
      postgres.machines === undefined
        ? 'One primary is not enough: see docs/guides/scale.md.'
        : `${postgres.machines} machines with ${machines.cores} cores serve, of which one may be lost, beside a primary with ${machines.databaseCores}.`,
    ].join('\n'),
  ]
}

function boundsOf({ bounds }: Plan, use: number): readonly string[] {
  return bounds.map(({ name, used, endsAtUsers }) => {
    const end = Number.isFinite(endsAtUsers) ? `; ${percent(use)} with ${whole(endsAtUsers)} users` : ''
    return `  ${percent(used)} of ${name}${end}`
  })
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return rows.map((row) => row.map(pad).join('   ')).join('\n')
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
const percent = (share: number) => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
const cores = (value: number) => value.toFixed(2)
const rate = (value: number) => (value >= 100 ? whole(value) : value.toPrecision(2))

function size(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e3).toFixed(0)} kB`
}
