/** The settings of the primary process itself. It reads them at the start: a reload does not change them. */
import type { ProcessSettings } from '../config.ts'

export interface OwnSettings extends ProcessSettings {
  /** How many workers. */
  readonly count: number
}

/** The same settings as they are set now. `count` is `undefined` when the number of workers was removed. */
export interface CurrentSettings extends ProcessSettings {
  readonly count: number | undefined
}

/** The variables whose values differ. */
export function changedVariables(before: OwnSettings, now: CurrentSettings): readonly string[] {
  const pairs = {
    HOST: [before.host, now.host],
    PORT: [before.port, now.port],
    WORKERS: [before.count, now.count],
    METRICS_HOST: [before.metricsAt?.host, now.metricsAt?.host],
    METRICS_PORT: [before.metricsAt?.port, now.metricsAt?.port],
    LOG_LEVEL: [before.logLevel, now.logLevel],
  }
  return Object.entries(pairs).flatMap(([name, [former, current]]) => (former === current ? [] : [name]))
}
