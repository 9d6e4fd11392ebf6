/**
 * What Prometheus reads: counts and times of this process. No request can choose the value of a label, so a flood of requests makes no new
 * series. docs/reference/metrics.md lists them.
 */
import { loadPackage } from '../config/load-package.ts'
import type { CountersignEvent, Emit, Revoked } from '../domain/event.ts'
import type { IncidentKind } from '../domain/incident.ts'
import { createInstruments, type Gauges, type Instruments } from './instruments.ts'

export interface Metrics {
  readonly countRequest: (request: FinishedRequest) => void
  /** A request that was refused because too many were in progress. */
  readonly countRefusal: () => void
  readonly countEvent: Emit
  readonly countToken: (kind: TokenKind) => void
  readonly countPasswordCheck: (check: PasswordCheckFacts) => void
  /** Of all processes that share the port. */
  readonly read: () => Promise<MetricsText>
  /** Of this process. */
  readonly readOwn: () => Promise<MetricsPart>
}

/** The metrics of one process, as `prom-client` describes them. */
export type MetricsPart = readonly object[]

/** The text that Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats/). */
export interface MetricsText {
  readonly contentType: string
  readonly text: string
}

/** One of several processes that share a port. */
export interface WorkerMetrics {
  /** Its number, which is the label `worker` of each metric. */
  readonly number: number
  readonly readAll: () => Promise<MetricsText>
}

export type TokenKind = 'access' | 'refresh' | 'id'

export interface FinishedRequest {
  /** A path of the route table, or `other`. */
  readonly path: string
  /** As sent: one that no route has is counted as `other`. */
  readonly method: string
  readonly status: number
  readonly durationMs: number
}

export interface PasswordCheckFacts {
  /** The name of the hash's format; `none` without a hash, `unknown` without a format. */
  readonly scheme: string
  readonly outcome: 'match' | 'mismatch' | 'not_checked'
  /** In a thread, with the time in the queue before it. */
  readonly durationMs: number
}

/**
 * The values of labels that alerts compare. Their series are there from the start: to `increase` and `rate` of Prometheus, the first event of a series
 * that begins with it has not happened.
 */
const fromTheStart = {
  incidents: { refresh_token_reused: 0, code_replayed: 0, client_budget_exhausted: 0, address_budget_exhausted: 0 },
  tokens: { access: 0, refresh: 0, id: 0 },
  revocations: { token: 0, grant: 0, session: 0 },
} as const satisfies {
  readonly incidents: Readonly<Record<IncidentKind, 0>>
  readonly tokens: Readonly<Record<TokenKind, 0>>
  readonly revocations: Readonly<Record<Revoked['what'], 0>>
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS'])

/** @throws Error when `prom-client` is not installed */
export async function createMetrics(gauges: Gauges, worker?: WorkerMetrics): Promise<Metrics> {
  const prometheus = await loadPackage('prom-client', () => import('prom-client'))
  const registry = new prometheus.Registry()
  if (worker) registry.setDefaultLabels({ worker: String(worker.number) })
  // The processor, the memory and the event loop of the process.
  prometheus.collectDefaultMetrics({ register: registry })
  const instruments = createInstruments(prometheus, registry, gauges)
  startSeries(instruments)

  let reading: Promise<string> | undefined
  /** One at a time for all who ask: each asks the database. */
  const readText = () => {
    reading ??= registry.metrics().finally(() => {
      reading = undefined
    })
    return reading
  }

  return {
    countRequest: ({ path, method, status, durationMs }) =>
      instruments.requests.observe(
        { path, method: methods.has(method) ? method : 'other', status: String(status) },
        durationMs / 1000,
      ),
    countRefusal: () => instruments.refusals.inc(),
    countEvent: (event) => countEvent(instruments, event),
    countToken: (kind) => instruments.tokens.inc({ kind }),
    countPasswordCheck: ({ scheme, outcome, durationMs }) =>
      instruments.passwordChecks.observe({ scheme, outcome }, durationMs / 1000),
    read: worker ? worker.readAll : async () => ({ contentType: registry.contentType, text: await readText() }),
    readOwn: () => registry.getMetricsAsJSON(),
  }
}

function countEvent(instruments: Instruments, event: CountersignEvent): void {
  const { logins, grants, refreshes, revocations, incidents } = instruments
  if (event.type === 'logged_in') logins.inc({ outcome: 'success', reason: '' })
  else if (event.type === 'login_failed') logins.inc({ outcome: 'failure', reason: event.reason })
  else if (event.type === 'granted') grants.inc({ grant_type: event.grantType })
  else if (event.type === 'refreshed') refreshes.inc()
  else if (event.type === 'revoked') revocations.inc({ what: event.what })
  else incidents.inc({ kind: event.incident.kind })
}

function startSeries({ logins, incidents, tokens, revocations }: Instruments): void {
  logins.inc({ outcome: 'success', reason: '' }, 0)
  for (const kind of Object.keys(fromTheStart.incidents)) incidents.inc({ kind }, 0)
  for (const kind of Object.keys(fromTheStart.tokens)) tokens.inc({ kind }, 0)
  for (const what of Object.keys(fromTheStart.revocations)) revocations.inc({ what }, 0)
}
