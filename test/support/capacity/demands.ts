/** What is simulated to check the model: few users and short lives, so that what is stored comes to rest after days. */
import type { Demand } from '../../../scripts/capacity/demand.ts'
import { readOptions } from '../../../scripts/capacity/options.ts'

export interface MeasuredDemand {
  readonly demand: Demand
  /** After the last but one of them, as many rows are removed as are added. */
  readonly days: number
}

/** @param size how many times more users than are needed to count rows */
export function measuredDemands(size: number): readonly MeasuredDemand[] {
  return [
    // Sessions of two days. Traces are kept for seven.
    {
      demand: demandOf(
        `--users=${20 * size} --sign-ons=1 --active-hours=2 --logouts=0.25 --wrong-passwords=0.2 --session-lifetime=172800 --session-idle-lifetime=43200`,
      ),
      days: 9,
    },
    // Grants of ten days, refresh tokens that expire unused after a day and are kept for seven more.
    {
      demand: demandOf(
        `--scheme=password --users=${12 * size} --active-hours=2 --logouts=0.25 --wrong-passwords=0 --refresh-token-lifetime=864000 --refresh-token-idle-lifetime=86400`,
      ),
      days: 12,
    },
  ]
}

function demandOf(options: string): Demand {
  return readOptions(options.split(' ')).demand
}
