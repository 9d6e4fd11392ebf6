/** Rows and bytes after days of traffic, when as many rows are removed as are added, beside the model. */
import { strict as assert } from 'node:assert'
import type { DatabaseKind } from '../../../packages/server/test/support/databases.ts'
import { query } from '../../../packages/server/test/support/rows.ts'
import { bytesOf } from '../../../scripts/capacity/bytes.ts'
import type { Demand } from '../../../scripts/capacity/demand.ts'
import { rowsOf, type Table } from '../../../scripts/capacity/rows.ts'
import type { Comparison } from './comparison.ts'
import type { MeasuredServer } from './measured-server.ts'
import { simulate } from './simulate.ts'

/** Of a table with fewer rows, the pages that are partly filled say more than its rows. */
const fewestRows = 300

/** Hours. Before a fifth of the rows are dead, which is when autovacuum comes by default. */
const vacuumInterval = 6

/** Days of traffic, of which the last is measured. */
export async function compareSteadyState(
  kind: DatabaseKind,
  { server, traffic, ledger }: MeasuredServer,
  demand: Demand,
  days: number,
): Promise<readonly Comparison[]> {
  const hours: Counts[] = []
  const tables = [...new Set(counted.map(tableName))]
  // Each index of a table without rows has a page.
  const empty = await ledger.tables()
  await simulate(server, traffic, demand, days, async (hour) => {
    if (hour > (days - 1) * 24) hours.push(await countRows(server.databaseUrl))
    if (hour % vacuumInterval === 0) await ledger.vacuum(tables)
  })
  const model = rowsOf(demand)
  const sizes = await ledger.tables()
  const bytes = bytesOf(model, kind)
  const what = `${kind}, ${demand.scheme}`
  const rows = counted.map((table) => ({
    what: `${what}, rows of ${table}`,
    model: model[table],
    measured: hours.reduce((sum, counts) => sum + counts[table], 0) / hours.length,
  }))
  const sized = tables
    .filter((table) => (sizes.get(table)?.rows ?? 0) >= fewestRows)
    .map((table) => ({
      what: `${what}, bytes of ${table}`,
      model: counted.filter((name) => tableName(name) === table).reduce((sum, name) => sum + bytes[name], 0),
      measured: (sizes.get(table)?.bytes ?? 0) - (empty.get(table)?.bytes ?? 0),
    }))
  return [...rows, ...sized].filter((comparison) => comparison.model > 0)
}

type Counted = (typeof counted)[number]
type Counts = Readonly<Record<Counted, number>>

const counted = [
  'sessions',
  'grants',
  'sessionless grants',
  'authorization_codes',
  'unused refresh_tokens',
  'used refresh_tokens',
  'traces',
] as const satisfies readonly Table[]

const conditions: Readonly<Partial<Record<Counted, string>>> = {
  grants: 'where session_id is not null',
  'sessionless grants': 'where session_id is null',
  'unused refresh_tokens': 'where used_at is null',
  'used refresh_tokens': 'where used_at is not null',
}

function tableName(table: Table): string {
  return table.split(' ').at(-1) ?? table
}

async function countRows(databaseUrl: string): Promise<Counts> {
  const columns = counted.map(
    (table, index) => `(select count(*) from ${tableName(table)} ${conditions[table] ?? ''}) as c${index}`,
  )
  const [row] = await query(databaseUrl, `select ${columns.join(', ')}`)
  assert(row)
  return Object.fromEntries(counted.map((table, index) => [table, Number(row[`c${index}`])])) as Counts
}
