/** The metrics of several processes as one text. Each has a label that says whose it is, so nothing is added up. */
import { loadPackage } from '../config/load-package.ts'
import type { MetricsPart, MetricsText } from './metrics.ts'

/** @throws Error when `prom-client` is not installed */
export async function mergeMetrics(parts: readonly MetricsPart[]): Promise<MetricsText> {
  const { AggregatorRegistry } = await loadPackage('prom-client', () => import('prom-client'))
  // Some of the package's other aggregators leave a metric out.
  const apart = parts.map((part) => part.map((metric) => ({ ...metric, aggregator: 'sum' })))
  const registry = AggregatorRegistry.aggregate(apart)
  return { contentType: registry.contentType, text: await registry.metrics() }
}
