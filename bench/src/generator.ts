/**
 * The load generator: keep-alive connections that each send the same bytes again as soon as their answer is whole. No
 * pipelining. A program of its own: takes a Job as JSON in its first argument, prints an Outcome as JSON.
 */
import { connect } from 'node:net'

export interface Job {
  readonly port: number
  readonly request: string
  readonly connections: number
  readonly seconds: number
  /**
   * Looks for answers without a pause. A generator that sleeps is woken by the server's kernel at each answer, and on one
   * machine that is counted as the server's work: up to a quarter of it. Only for a core that nobody else needs.
   */
  readonly neverSleeps: boolean
}

export interface Outcome {
  readonly requests: number
  /** Answers whose status was not 2xx. */
  readonly refused: number
  readonly perSecond: number
  /** Milliseconds from the last byte sent to the last byte received. */
  readonly p50: number
  readonly p99: number
}

const job: Job = JSON.parse(process.argv[2] ?? '')
const latencies: number[] = []
let refused = 0

const startedAt = performance.now()
const endsAt = startedAt + job.seconds * 1000
if (job.neverSleeps) stayAwake()
await Promise.all(Array.from({ length: job.connections }, keepAsking))
const elapsed = (performance.now() - startedAt) / 1000
latencies.sort((left, right) => left - right)
const outcome: Outcome = {
  requests: latencies.length,
  refused,
  perSecond: latencies.length / elapsed,
  p50: quantile(0.5),
  p99: quantile(0.99),
}
process.stdout.write(JSON.stringify(outcome))

/** Keeps the event loop turning: it never waits for the system to tell it that something came. */
function stayAwake(): void {
  if (performance.now() < endsAt) setImmediate(stayAwake)
}

/** One connection, from its first request to the last answer before the time is up. */
function keepAsking(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: job.port, host: '127.0.0.1', noDelay: true })
    let sentAt = 0
    let part: Buffer | undefined
    const ask = () => {
      sentAt = performance.now()
      socket.write(job.request, 'latin1')
    }
    socket.on('connect', ask)
    socket.on('data', (chunk: Buffer) => {
      const received = part ? Buffer.concat([part, chunk]) : chunk
      if (received.length < lengthOf(received)) {
        part = received
        return
      }
      part = undefined
      const now = performance.now()
      latencies.push(now - sentAt)
      // The status follows "HTTP/1.1 ".
      if (received[9] !== 0x32) refused++
      if (now < endsAt) ask()
      else socket.end(resolve)
    })
    socket.on('error', reject)
    socket.on('end', () => reject(new Error('the server closed a connection')))
  })
}

/** Bytes of the whole answer, as its Content-Length says; infinitely many while its head is incomplete. */
function lengthOf(answer: Buffer): number {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd === -1) return Number.POSITIVE_INFINITY
  const contentLength = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1', 0, headEnd))
  if (!contentLength) throw new Error('an answer has no Content-Length')
  return headEnd + 4 + Number(contentLength[1])
}

function quantile(share: number): number {
  return latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN
}
