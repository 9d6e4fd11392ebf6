/**
 * What Prometheus reads: counts and times of this process. No request can choose the value of a label, so a flood of requests makes no new
 * series. docs/reference/metrics.md lists them.
 */
import { loadPackage } from '../config/load-package.ts'
import type { CountersignEvent, Emit, Revoked } from '../domain/event.ts'
import type { IncidentKind } from '../domain/incident.ts'
import type { PoolLoad } from '../store/postgres-pool.ts'
import { withinTime } from '../within-time.ts'

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
  /** The name of the hash's format; `none` for an unknown user. */
  readonly scheme: string
  readonly outcome: 'match' | 'mismatch' | 'not_checked'
  /** In a thread, with the time in the queue before it. */
  readonly durationMs: number
}

/** What is read at the moment when Prometheus asks. */
export interface Gauges {
  readonly passwordsQueued: () => number
  readonly passwordsRunning: () => number
  readonly databaseBytes: () => Promise<number>
  /** `undefined` on SQLite. */
  readonly poolLoad: (() => PoolLoad) | undefined
}

/** How long the size of the database may take. A database that does not respond would delay all figures for several seconds. */
const databaseLimitMs = 1000

/** Seconds: from a token check to a login that waits. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

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
  const { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = await loadPackage(
    'prom-client',
    () => import('prom-client'),
  )
  const registry = new Registry()
  const registers = [registry]
  if (worker) registry.setDefaultLabels({ worker: String(worker.number) })
  // The processor, the memory and the event loop of the process.
  collectDefaultMetrics({ register: registry })

  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `countersign_${name}`, help, labelNames, registers })
  const gauge = (name: string, help: string, read: () => number | Promise<number | undefined>) =>
    new Gauge({
      name: `countersign_${name}`,
      help,
      registers,
      async collect() {
        const value = await read()
        if (value === undefined) this.remove()
        else this.set(value)
      },
    })

  const gaugeBy = (name: string, help: string, label: string, read: () => Readonly<Record<string, number>>) =>
    new Gauge({
      name: `countersign_${name}`,
      help,
      labelNames: [label],
      registers,
      collect() {
        for (const [value, count] of Object.entries(read())) this.set({ [label]: value }, count)
      },
    })

  const requests = new Histogram({
    name: 'countersign_http_request_duration_seconds',
    help: 'Duration of requests, from the headers to the response.',
    labelNames: ['method', 'path', 'status'],
    buckets,
    registers,
  })
  const checks = new Histogram({
    name: 'countersign_password_check_duration_seconds',
    help: 'Duration of password checks, with the time in the queue.',
    labelNames: ['scheme', 'outcome'],
    buckets,
    registers,
  })
  const logins = counter('logins_total', 'Logins, by their outcome and the reason of a failure.', ['outcome', 'reason'])
  const grants = counter('grants_total', 'First tokens of a grant, by the grant type.', ['grant_type'])
  const refreshes = counter('refreshes_total', 'Refreshes.', [])
  const revocations = counter('revocations_total', 'Revocations by clients, and logouts.', ['what'])
  const incidents = counter('incidents_total', 'Codes and tokens that were used twice, and floods of wrong secrets.', [
    'kind',
  ])
  const refusals = counter(
    'requests_refused_total',
    'Requests that were refused because too many were in progress.',
    [],
  )
  const tokens = counter('tokens_issued_total', 'Tokens that were issued.', ['kind'])
  gauge('password_queue_length', 'Password checks that wait for a thread.', gauges.passwordsQueued)
  gauge('password_checks_running', 'Password checks that a thread is doing.', gauges.passwordsRunning)
  gauge('database_size_bytes', 'Size of the database.', sizeInTime(gauges.databaseBytes))

  const { poolLoad } = gauges
  if (poolLoad) {
    gaugeBy('database_connections', 'Connections to PostgreSQL.', 'state', () => poolLoad().connections)
    gaugeBy('database_waiting', 'Reads and transactions that wait for a connection.', 'kind', () => poolLoad().waiting)
  }

  logins.inc({ outcome: 'success', reason: '' }, 0)
  for (const kind of Object.keys(fromTheStart.incidents)) incidents.inc({ kind }, 0)
  for (const kind of Object.keys(fromTheStart.tokens)) tokens.inc({ kind }, 0)
  for (const what of Object.keys(fromTheStart.revocations)) revocations.inc({ what }, 0)

  const countEvent = (event: CountersignEvent): void => {
    if (event.type === 'logged_in') logins.inc({ outcome: 'success', reason: '' })
    else if (event.type === 'login_failed') logins.inc({ outcome: 'failure', reason: event.reason })
    else if (event.type === 'granted') grants.inc({ grant_type: event.grantType })
    else if (event.type === 'refreshed') refreshes.inc()
    else if (event.type === 'revoked') revocations.inc({ what: event.what })
    else incidents.inc({ kind: event.incident.kind })
  }

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
      requests.observe(
        { path, method: methods.has(method) ? method : 'other', status: String(status) },
        durationMs / 1000,
      ),
    countRefusal: () => refusals.inc(),
    countEvent,
    countToken: (kind) => tokens.inc({ kind }),
    countPasswordCheck: ({ scheme, outcome, durationMs }) => checks.observe({ scheme, outcome }, durationMs / 1000),
    read: worker ? worker.readAll : async () => ({ contentType: registry.contentType, text: await readText() }),
    readOwn: () => registry.getMetricsAsJSON(),
  }
}

/** The size; `undefined` when it fails or is late. The other figures matter most while there is no database. */
function sizeInTime(databaseBytes: Gauges['databaseBytes']): () => Promise<number | undefined> {
  let asking: Promise<number | undefined> | undefined
  // A late question goes on: the next reading waits for it and asks no second one.
  const ask = () => {
    asking ??= databaseBytes()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined
      })
    return asking
  }
  return () => withinTime(databaseLimitMs, ask, () => undefined)
}
