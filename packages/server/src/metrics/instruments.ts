/** What is counted and measured, in a registry of `prom-client`. docs/reference/metrics.md lists it. */
import type { Counter, Histogram, Registry } from 'prom-client'
import type { PoolLoad } from '../store/postgres-connections.ts'
import { withinTime } from '../within-time.ts'

/** What is read at the moment when Prometheus asks. */
export interface Gauges {
  readonly passwordsQueued: () => number
  readonly passwordsRunning: () => number
  readonly databaseBytes: () => Promise<number>
  /** `undefined` on SQLite. */
  readonly poolLoad: (() => PoolLoad) | undefined
}

/** A database that does not respond would delay all figures for several seconds. */
const databaseLimitMs = 1000

/** Seconds: from a token check to a login that waits. */
const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What events and requests change. The gauges read their values themselves. */
export interface Instruments {
  readonly requests: Histogram<'method' | 'path' | 'status'>
  readonly passwordChecks: Histogram<'scheme' | 'outcome'>
  readonly refusals: Counter
  readonly logins: Counter<'outcome' | 'reason'>
  readonly grants: Counter<'grant_type'>
  readonly refreshes: Counter
  readonly revocations: Counter<'what'>
  readonly incidents: Counter<'kind'>
  readonly tokens: Counter<'kind'>
}

type PromClient = typeof import('prom-client')

/** Creates all in `registry`. @internal */
export function createInstruments(prometheus: PromClient, registry: Registry, gauges: Gauges): Instruments {
  const registers = [registry]
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new prometheus.Counter({ name: `countersign_${name}`, help, labelNames, registers })
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new prometheus.Histogram({ name: `countersign_${name}`, help, labelNames, buckets, registers })
  const instruments = {
    requests: histogram('http_request_duration_seconds', 'Duration of requests, from the headers to the response.', [
      'method',
      'path',
      'status',
    ]),
    passwordChecks: histogram(
      'password_check_duration_seconds',
      'Duration of password checks, with the time in the queue.',
      ['scheme', 'outcome'],
    ),
    logins: counter('logins_total', 'Logins, by their outcome and the reason of a failure.', ['outcome', 'reason']),
    grants: counter('grants_total', 'First tokens of a grant, by the grant type.', ['grant_type']),
    refreshes: counter('refreshes_total', 'Refreshes.'),
    revocations: counter('revocations_total', 'Revocations by clients, and logouts.', ['what']),
    incidents: counter('incidents_total', 'Codes and tokens that were used twice, and floods of wrong secrets.', [
      'kind',
    ]),
    refusals: counter('requests_refused_total', 'Requests that were refused because too many were in progress.'),
    tokens: counter('tokens_issued_total', 'Tokens that were issued.', ['kind']),
  }
  createGauges(prometheus, registry, gauges)
  return instruments
}

function createGauges(
  { Gauge }: PromClient,
  registry: Registry,
  { passwordsQueued, passwordsRunning, databaseBytes, poolLoad }: Gauges,
): void {
  const registers = [registry]
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
  gauge('password_queue_length', 'Password checks that wait for a thread.', passwordsQueued)
  gauge('password_checks_running', 'Password checks that a thread is doing.', passwordsRunning)
  gauge('database_size_bytes', 'Size of the database.', sizeInTime(databaseBytes))
  if (poolLoad === undefined) return
  gaugeBy('database_connections', 'Connections to PostgreSQL.', 'state', () => poolLoad().connections)
  gaugeBy('database_waiting', 'Reads and transactions that wait for a connection.', 'kind', () => poolLoad().waiting)
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
