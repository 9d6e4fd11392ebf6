/**
 * Requests of the clients of a ledger. One that gets 503 is sent again, as the guides tell clients, until it gets another answer; with `whileDown` so is
 * one that gets no response.
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Answer {
  /** 0 without a response. */
  readonly status: number
  readonly body: string
}

export interface AskingOptions {
  /** A process may be down: a request without a response is no fault. */
  readonly whileDown?: boolean
}

export interface Asking {
  /** How many requests got each status, or no response at all (`error`). */
  readonly counts: ReadonlyMap<string, number>
  readonly count: (status: string) => number
  /** Answers that must not be, whatever happens to the database. */
  readonly faults: Set<string>
  /** When the process first issued tokens to a request that was sent after `time`, both of `performance.now()`; `undefined` when it has not. */
  readonly issuedAfter: (origin: string, time: number) => number | undefined
  /** Sends it once. Never rejects. */
  readonly exchange: (origin: string, path: string, init: RequestInit) => Promise<Answer>
  /** At the next process. `undefined` when it is stopped before there is an answer. */
  readonly ask: (path: string, init: RequestInit) => Promise<Answer | undefined>
  /** Waits after an answer; longer when the request is to be sent again. */
  readonly pause: (answer: Answer) => Promise<void>
  /** Whether the request is to be sent again. */
  readonly isRefused: (answer: Answer) => boolean
  readonly isStopped: () => boolean
  readonly stop: () => void
}

/** A response with tokens, by `performance.now()`. */
interface Issue {
  readonly origin: string
  readonly sentAt: number
  readonly answeredAt: number
}

/** Milliseconds. */
const betweenRequests = 40
const beforeRetry = 250

export function startAsking(origins: readonly string[], { whileDown = false }: AskingOptions): Asking {
  const counts = new Map<string, number>()
  const faults = new Set<string>()
  const issues: Issue[] = []
  let sent = 0
  let isStopped = false

  const note = (outcome: string) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const isRefused = ({ status }: Answer) => status === 503 || (whileDown && status === 0)
  const pause = async (answer: Answer) => {
    await sleep(isRefused(answer) ? beforeRetry : betweenRequests)
  }

  async function exchange(origin: string, path: string, init: RequestInit): Promise<Answer> {
    const sentAt = performance.now()
    try {
      const response = await fetch(origin + path, { ...init, signal: AbortSignal.timeout(30_000) })
      const body = await response.text()
      const { status } = response
      note(String(status))
      if (status === 503 && !response.headers.has('retry-after')) faults.add(`${path} 503 without Retry-After`)
      if (![200, 400, 401, 503].includes(status)) faults.add(`${path} ${status} ${body}`)
      if (status === 200 && path === '/token') issues.push({ origin, sentAt, answeredAt: performance.now() })
      return { status, body }
    } catch (error) {
      note('error')
      if (!whileDown) faults.add(`${path} ${error}`)
      return { status: 0, body: '' }
    }
  }

  async function ask(path: string, init: RequestInit): Promise<Answer | undefined> {
    while (!isStopped) {
      const answer = await exchange(origins[sent++ % origins.length] ?? '', path, init)
      await pause(answer)
      if (!isRefused(answer)) return answer
    }
    return undefined
  }

  return {
    counts,
    count: (status) => counts.get(status) ?? 0,
    faults,
    issuedAfter: (origin, time) => issues.find((issue) => issue.origin === origin && issue.sentAt > time)?.answeredAt,
    exchange,
    ask,
    pause,
    isRefused,
    isStopped: () => isStopped,
    stop: () => {
      isStopped = true
    },
  }
}

export function refreshOf(client: Readonly<Record<string, string>>, token: string): Readonly<Record<string, string>> {
  return { grant_type: 'refresh_token', ...client, refresh_token: token }
}

export function formOf(form: Readonly<Record<string, string>>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(form) }
}

export function bearerOf(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}
