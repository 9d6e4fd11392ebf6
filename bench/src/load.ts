/** Runs the load generator in a process of its own, so that it takes no time from what it measures. */
import { fileURLToPath } from 'node:url'
import type { Job, Outcome } from './generator.ts'
import { canPin, runToEnd } from './processes.ts'

export type { Outcome } from './generator.ts'

export interface Load extends Omit<Job, 'port' | 'request' | 'neverSleeps'> {
  readonly url: URL
  /** The request as HTTP/1.1 puts it on the wire. */
  readonly request: string
  /** The core that is the generator's alone. @default any core, shared */
  readonly core?: number
}

const generator = fileURLToPath(new URL('generator.ts', import.meta.url))

/** Puts the load on and answers what came back. @throws Error when an answer was not 2xx: a refusal is quick and would flatter */
export async function putLoad({ url, core, ...rest }: Load): Promise<Outcome> {
  const job: Job = { ...rest, port: Number(url.port), neverSleeps: core !== undefined && canPin }
  const outcome: Outcome = JSON.parse(await runToEnd({ args: [generator, JSON.stringify(job)], core }))
  if (outcome.refused > 0) throw new Error(`${outcome.refused} of ${outcome.requests} answers were not 2xx`)
  return outcome
}

/** A GET, with the bearer token if one is given. */
export function get(path: string, token?: string): string {
  const authorization = token === undefined ? '' : `authorization: Bearer ${token}\r\n`
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${authorization}\r\n`
}

/** A POST of a form. */
export function post(path: string, form: Readonly<Record<string, string>>): string {
  const body = new URLSearchParams(form).toString()
  return `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}
