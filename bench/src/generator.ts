/**
 * The load generator: keep-alive connections that each send the next request as soon as the response to the last is whole. No
 * pipelining. A program of its own: reads a Job as JSON from its standard input, prints an Outcome as JSON.
 */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { prepare, type Step, type Values } from './step.ts'

export interface Job {
  readonly port: number
  /** What the connections do by turns, each beginning with another one. A turn is one request, or several that belong together. */
  readonly turns: readonly (readonly Step[])[]
  readonly connections: number
  /** What each connection knows at first. @default nothing */
  readonly values?: readonly Values[]
  readonly seconds: number
  /**
   * Looks for responses without a pause. A generator that sleeps is woken by the server's kernel at each response, and on one
   * machine that is counted as the server's work: up to a quarter of it. Only for a core that nobody else needs.
   */
  readonly neverSleeps: boolean
}

export interface Outcome {
  /** How many turns were taken to their end. */
  readonly turns: number
  readonly perSecond: number
  /** Milliseconds from the first byte sent to the last byte received of a turn. */
  readonly p50: number
  readonly p99: number
  /** The first response that was not as expected. */
  readonly unexpected?: string
  /** What each connection knows at last. */
  readonly values: readonly Values[]
}

const job: Job = JSON.parse(await text(process.stdin))
const turns = job.turns.map((steps) => steps.map(prepare))
const latencies: number[] = []
let unexpected: string | undefined

const startedAt = performance.now()
const endsAt = startedAt + job.seconds * 1000
if (job.neverSleeps) stayAwake()
const values = await Promise.all(Array.from({ length: job.connections }, (_, number) => keepAsking(number)))
const elapsed = (performance.now() - startedAt) / 1000
latencies.sort((left, right) => left - right)
const outcome: Outcome = {
  turns: latencies.length,
  perSecond: latencies.length / elapsed,
  p50: quantile(0.5),
  p99: quantile(0.99),
  ...(unexpected !== undefined && { unexpected }),
  values,
}
process.stdout.write(JSON.stringify(outcome))

/** Keeps the event loop turning: it never waits for the system to tell it that something came. */
function stayAwake(): void {
  if (performance.now() < endsAt) setImmediate(stayAwake)
}

/** One connection, from its first request to the end of the last turn before the time is up. Returns what it knows then. */
function keepAsking(number: number): Promise<Values> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: job.port, host: '127.0.0.1', noDelay: true })
    const known = new Map(Object.entries(job.values?.[number] ?? {}))
    let turn = Math.floor((number * turns.length) / job.connections)
    let step = 0
    let sentAt = 0
    let part: Buffer | undefined
    const ask = () => {
      if (step === 0) sentAt = performance.now()
      socket.write(turns[turn]?.[step]?.write(known) ?? '', 'latin1')
    }
    socket.on('connect', ask)
    socket.on('data', (chunk: Buffer) => {
      const received = part ? Buffer.concat([part, chunk]) : chunk
      if (received.length < lengthOf(received)) {
        part = received
        return
      }
      part = undefined
      if (!turns[turn]?.[step]?.read(received, known)) unexpected ??= received.toString('latin1')
      step++
      if (step === turns[turn]?.length) {
        const now = performance.now()
        latencies.push(now - sentAt)
        step = 0
        turn = (turn + 1) % turns.length
        if (now >= endsAt || unexpected !== undefined) {
          socket.end(() => resolve(Object.fromEntries(known)))
          return
        }
      }
      ask()
    })
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('the server closed a connection')))
  })
}

/** Bytes of the whole response, as its Content-Length says; infinitely many while its head is incomplete. */
function lengthOf(response: Buffer): number {
  const headEnd = response.indexOf('\r\n\r\n')
  if (headEnd === -1) return Number.POSITIVE_INFINITY
  const contentLength = /\r\ncontent-length: (\d+)/i.exec(response.toString('latin1', 0, headEnd))
  if (!contentLength) throw new Error('a response has no Content-Length')
  return headEnd + 4 + Number(contentLength[1])
}

function quantile(share: number): number {
  return latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN
}
