/**
 * A flood: requests at a fixed rate, whether those before are answered or not. A program of its own: reads a FloodJob as JSON from its standard
 * input, prints a FloodOutcome as JSON.
 */
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface FloodJob {
  readonly port: number
  readonly path: string
  /** The form that is posted. */
  readonly form: Readonly<Record<string, string>>
  readonly perSecond: number
  readonly seconds: number
}

export interface FloodOutcome {
  readonly sent: number
  /** Responses with status 200 while the flood lasted. */
  readonly accepted: number
  /** Responses with status 503. */
  readonly refused: number
  /** Milliseconds: the median of a refusal. */
  readonly refusalP50: number
  /** Other responses, and errors of connections: how many of each. */
  readonly others: Readonly<Record<string, number>>
}

const maxConnections = 2000
const tickMs = 5

const job: FloodJob = JSON.parse(await text(process.stdin))
const agent = new Agent({ keepAlive: true, maxSockets: maxConnections })
const body = new URLSearchParams(job.form).toString()
const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
const refusals: number[] = []
const others: Record<string, number> = {}
let accepted = 0

const begunMs = performance.now()
const endsMs = begunMs + job.seconds * 1000
const answers: Promise<void>[] = []
await new Promise<void>((resolve) => {
  const timer = setInterval(() => {
    const now = performance.now()
    const due = ((Math.min(now, endsMs) - begunMs) / 1000) * job.perSecond
    while (answers.length < due) answers.push(send())
    if (now < endsMs) return
    clearInterval(timer)
    resolve()
  }, tickMs)
})
await Promise.all(answers)
agent.destroy()
refusals.sort((left, right) => left - right)
const outcome: FloodOutcome = {
  sent: answers.length,
  accepted,
  refused: refusals.length,
  refusalP50: refusals[Math.floor(refusals.length / 2)] ?? Number.NaN,
  others,
}
process.stdout.write(JSON.stringify(outcome))

async function send(): Promise<void> {
  const sentMs = performance.now()
  const result = await exchange()
  const now = performance.now()
  if (result === '200') accepted += now <= endsMs ? 1 : 0
  else if (result === '503') refusals.push(now - sentMs)
  else others[result] = (others[result] ?? 0) + 1
}

/** The status, or the error of the connection. */
function exchange(): Promise<string> {
  return new Promise((resolve) => {
    const { port, path } = job
    const outgoing = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent }, (incoming) => {
      incoming.resume().on('end', () => resolve(String(incoming.statusCode)))
      incoming.on('error', (error) => resolve(error.message))
    })
    outgoing.on('error', (error) => resolve(error.message))
    outgoing.end(body)
  })
}
