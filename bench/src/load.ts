/** Runs the load generator in a process of its own, so that it takes no time from what it measures. */
import { fileURLToPath } from 'node:url'
import type { Job, Outcome } from './generator.ts'
import { canPin, processorTime, type RunningProcess, runToEnd } from './processes.ts'

export type { Outcome } from './generator.ts'
export type { Step, Values } from './step.ts'

export interface Load extends Omit<Job, 'port' | 'neverSleeps'> {
  readonly url: URL
  /** The core that is the generator's alone. @default any core, shared */
  readonly core?: number
}

/** What the requests of a load are, whoever they are sent to. */
export type Work = Pick<Load, 'turns' | 'connections' | 'values'>

export interface Measured extends Outcome {
  /** Microseconds of processor time for one turn; not a number where the system does not tell. */
  readonly cost: number
}

const generator = fileURLToPath(new URL('generator.ts', import.meta.url))

/** Puts the load on and answers what came back. @throws Error when an answer was not as expected: a refusal is quick and would flatter */
export async function putLoad({ url, core, ...rest }: Load): Promise<Outcome> {
  const job: Job = { ...rest, port: Number(url.port), neverSleeps: core !== undefined && canPin }
  const outcome: Outcome = JSON.parse(await runToEnd({ args: [generator], core }, JSON.stringify(job)))
  if (outcome.unexpected !== undefined) throw new Error(`this answer was not expected:\n${outcome.unexpected}`)
  return outcome
}

/** The same from core 1, with what it costs a process that serves on core 0. */
export async function measureCost({ url, pid }: RunningProcess, work: Work, seconds: number): Promise<Measured> {
  const before = processorTime(pid) ?? Number.NaN
  const outcome = await putLoad({ ...work, url, seconds, core: 1 })
  const spent = (processorTime(pid) ?? Number.NaN) - before
  return { ...outcome, cost: (spent * 1_000_000) / outcome.turns }
}

/** A GET, with the bearer token if one is given. */
export function get(path: string, token?: string): string {
  return getWith(path, token === undefined ? {} : { authorization: `Bearer ${token}` })
}

/** A GET with these headers. */
export function getWith(path: string, headers: Readonly<Record<string, string>>): string {
  return `GET ${path} HTTP/1.1\r\n${written({ host: '127.0.0.1', ...headers })}\r\n`
}

/** A POST of a form. A value may be a `{name}` of the load generator's. */
export function post(path: string, form: Readonly<Record<string, string>>, authorization?: string): string {
  const body = new URLSearchParams(form).toString().replaceAll(/%7B(\w+)%7D/g, '{$1}')
  const headers = {
    host: '127.0.0.1',
    ...(authorization !== undefined && { authorization }),
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': body.includes('{') ? '{length}' : String(body.length),
  }
  return `POST ${path} HTTP/1.1\r\n${written(headers)}\r\n${body}`
}

function written(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}
