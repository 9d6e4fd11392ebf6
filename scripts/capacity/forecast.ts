/** All that the model says of a demand. */

import { type Plan, peakOf, planOf } from './bounds.ts'
import { bytesOf } from './bytes.ts'
import type { Demand, Machines } from './demand.ts'
import { type Rates, ratesOf } from './rates.ts'
import { type Rows, rowsOf, type Table } from './rows.ts'

export interface Forecast {
  readonly demand: Demand
  readonly machines: Machines
  /** Operations a second. */
  readonly average: Rates
  readonly peak: Rates
  readonly rows: Rows
  readonly bytes: {
    readonly sqlite: Readonly<Record<Table, number>>
    readonly postgres: Readonly<Record<Table, number>>
  }
  readonly sqlite: Plan
  readonly postgres: Plan
}

export function forecast(demand: Demand, machines: Machines): Forecast {
  const average = ratesOf(demand)
  const rows = rowsOf(demand)
  return {
    demand,
    machines,
    average,
    peak: peakOf(average, demand.peak),
    rows,
    bytes: { sqlite: bytesOf(rows, 'sqlite'), postgres: bytesOf(rows, 'postgres') },
    sqlite: planOf(demand, machines, 'sqlite'),
    postgres: planOf(demand, machines, 'postgres'),
  }
}
