/** What the primary process and its workers tell each other. */
import type { MetricsPart } from '../../metrics/metrics.ts'

export type FromWorker =
  /** It serves. `shutdownDelay` is in seconds. */
  | { readonly type: 'ready'; readonly issuer: string; readonly shutdownDelay: number }
  /** What it has counted, for `collect`. */
  | { readonly type: 'counted'; readonly id: number; readonly part: MetricsPart }
  /** It asks for what all workers have counted. */
  | { readonly type: 'read'; readonly id: number }

export type FromPrimary =
  | { readonly type: 'stop' }
  | { readonly type: 'collect'; readonly id: number }
  /** The answer to `read`. */
  | { readonly type: 'all'; readonly id: number; readonly contentType: string; readonly text: string }
