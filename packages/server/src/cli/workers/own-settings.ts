/** The settings of the primary process itself. It reads them at the start: a reload changes them for nobody. */
import type { ProcessSettings } from '../config.ts'

export interface OwnSettings extends ProcessSettings {
  /** How many workers. */
  readonly count: number
}

/** The same, as they are set now. Without a number of workers, none would be started. */
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
