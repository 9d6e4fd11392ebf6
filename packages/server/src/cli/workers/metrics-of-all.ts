/** The metrics of all workers, which the primary process collects, as a worker gives and gets them. */
import { mergeMetrics } from '../../metrics/merge.ts'
import type { Metrics, MetricsText } from '../../metrics/metrics.ts'
import { withinTime } from '../../within-time.ts'
import type { FromWorker } from './messages.ts'

/** Milliseconds that the primary process has to collect from all workers. */
const readLimitMs = 2000

export interface MetricsOfAll {
  /** From now on the metrics of this worker are sent when the primary process asks. */
  readonly share: (metrics: Metrics) => void
  /** Those of all workers; without the primary process those of this one. */
  readonly readAll: () => Promise<MetricsText>
  /** The primary process has asked for those of this worker. */
  readonly sendOwn: (id: number) => Promise<void>
  /** The primary process has collected those of all workers. */
  readonly receive: (id: number, all: MetricsText) => void
}

export function createMetricsOfAll(send: (message: FromWorker) => void): MetricsOfAll {
  const waiting = new Map<number, (all: MetricsText) => void>()
  let shared: Metrics | undefined
  let lastId = 0

  async function ask(): Promise<MetricsText | undefined> {
    const id = ++lastId
    const { promise, resolve } = Promise.withResolvers<MetricsText>()
    waiting.set(id, resolve)
    send({ type: 'read', id })
    const all = await withinTime(
      readLimitMs,
      () => promise,
      () => undefined,
    )
    waiting.delete(id)
    return all
  }

  return {
    share: (metrics) => {
      shared = metrics
    },
    readAll: async () => (await ask()) ?? (await mergeMetrics(shared ? [await shared.readOwn()] : [])),
    // Never rejects. Without a response, the primary process leaves this worker out.
    sendOwn: async (id) => {
      const part = await shared?.readOwn().catch(() => undefined)
      if (part) send({ type: 'counted', id, part })
    },
    receive: (id, all) => waiting.get(id)?.(all),
  }
}
