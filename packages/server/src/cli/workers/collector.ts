/** Collects the metrics of all workers. */
import { mergeMetrics } from '../../metrics/merge.ts'
import type { MetricsPart, MetricsText } from '../../metrics/metrics.ts'
import type { FromWorker } from './messages.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Milliseconds that a worker has to answer; otherwise it is left out. Longer than a worker waits for a database that does not respond. */
const limitMs = 1500

export interface Collector {
  /** Returns the metrics of all workers that answer. Calls at the same time share one answer. @throws Error when no worker answers */
  readonly read: () => Promise<MetricsText>
  readonly take: (worker: WorkerProcess, message: FromWorker) => void
}

interface Collection {
  readonly parts: MetricsPart[]
  missing: number
  readonly done: () => void
}

export function createCollector(serving: () => readonly WorkerProcess[]): Collector {
  const open = new Map<number, Collection>()
  let lastId = 0
  let reading: Promise<MetricsText> | undefined

  async function collect(): Promise<MetricsText> {
    const workers = serving()
    const id = ++lastId
    const done = Promise.withResolvers<void>()
    const collection: Collection = { parts: [], missing: workers.length, done: done.resolve }
    open.set(id, collection)
    for (const worker of workers) worker.tell({ type: 'collect', id })
    const deadline = setTimeout(done.resolve, workers.length > 0 ? limitMs : 0)
    await done.promise
    clearTimeout(deadline)
    open.delete(id)
    // Prometheus must see that nothing serves, and not a server without any metric.
    if (collection.parts.length === 0) throw new Error('no worker answers')
    return await mergeMetrics(collection.parts)
  }

  function read(): Promise<MetricsText> {
    reading ??= collect().finally(() => {
      reading = undefined
    })
    return reading
  }

  return {
    read,
    take: (worker, message) => {
      if (message.type === 'counted') {
        const collection = open.get(message.id)
        collection?.parts.push(message.part)
        if (collection && --collection.missing === 0) collection.done()
      } else if (message.type === 'read') {
        // Without an answer, the worker shows what it has counted itself.
        read().then(
          (all) => worker.tell({ type: 'all', id: message.id, ...all }),
          () => {},
        )
      }
    },
  }
}
