/**
 * Clients that log in, refresh, use and revoke tokens at several processes, with a ledger of what these have answered. A request that gets 503 is sent
 * again, as the guides tell clients, until it gets another answer; with `whileDown` so is one that gets no response.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { tim } from '../../../packages/server/test/support/people.ts'

export interface LedgerLoad {
  /** How many requests got each status, or no response at all (`error`). */
  readonly counts: ReadonlyMap<string, number>
  readonly count: (status: string) => number
  /** Answers that must not be, whatever happens to the database. */
  readonly faults: ReadonlySet<string>
  /** When the process first issued tokens to a request that was sent after `time`, both of `performance.now()`; `undefined` when it has not. */
  readonly issuedAfter: (origin: string, time: number) => number | undefined
  /** Stops the load. Resolves when the requests under way have ended. */
  readonly stop: () => Promise<void>
  /** Compares what the processes say with what they have answered. Returns each difference. */
  readonly audit: () => Promise<Audit>
}

export interface Audit {
  readonly differences: ReadonlySet<string>
  readonly active: number
  readonly revoked: number
  /** Refreshes that were answered. */
  readonly refreshes: number
}

/** The tokens of one login, as answered. */
interface Chain {
  accessToken: string
  refreshToken: string
  /** Those that were replaced, the latest last. */
  readonly used: string[]
  isRevoked: boolean
  /** Stopped while a request about it had no answer yet. */
  isInDoubt: boolean
}

/** Of tokens. */
interface Issue {
  readonly origin: string
  readonly sentAt: number
  readonly answeredAt: number
}

interface Answer {
  readonly status: number
  readonly body: string
}

const client = { client_id: 'own' }
const workers = 4
/** Milliseconds. */
const betweenRequests = 40
const beforeRetry = 250

export interface LedgerOptions {
  /** A process may be down: a request without a response is no fault. */
  readonly whileDown?: boolean
}

export function startLedgerLoad(origins: readonly string[], { whileDown = false }: LedgerOptions = {}): LedgerLoad {
  const counts = new Map<string, number>()
  const faults = new Set<string>()
  const issues: Issue[] = []
  const chains: Chain[] = []
  let sent = 0
  let isStopped = false

  const note = (outcome: string) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1)

  /** Never rejects: a request without a response has the status 0. */
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

  /** At the next process. `undefined` when it is stopped before there is an answer. */
  async function ask(path: string, init: RequestInit): Promise<Answer | undefined> {
    while (!isStopped) {
      const answer = await exchange(next(origins, sent++), path, init)
      const isRefused = answer.status === 503 || (whileDown && answer.status === 0)
      await sleep(isRefused ? beforeRetry : betweenRequests)
      if (!isRefused) return answer
    }
    return undefined
  }

  const post = (path: string, form: Readonly<Record<string, string>>) => ask(path, formOf(form))

  async function check({ accessToken }: Chain, expected: number, when: string): Promise<void> {
    const answer = await ask('/users/me', bearerOf(accessToken))
    if (answer && answer.status !== expected) faults.add(`${when}: ${answer.status} in place of ${expected}`)
  }

  async function logIn(): Promise<Chain | undefined> {
    const answer = await post('/token', { grant_type: 'password', ...client, ...tim })
    if (answer?.status !== 200) {
      if (answer) faults.add(`a login with the right password: ${answer.status} ${answer.body}`)
      return undefined
    }
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(answer.body)
    const chain = { accessToken, refreshToken, used: [], isRevoked: false, isInDoubt: false }
    chains.push(chain)
    return chain
  }

  /** Whether it was answered with success. */
  async function refresh(chain: Chain): Promise<boolean> {
    const answer = await post('/token', refreshOf(chain.refreshToken))
    if (answer === undefined) chain.isInDoubt = true
    if (answer?.status !== 200) {
      if (answer) faults.add(`a refresh with a token that was not used: ${answer.status} ${answer.body}`)
      return false
    }
    const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(answer.body)
    chain.used.push(chain.refreshToken)
    Object.assign(chain, { accessToken, refreshToken })
    return true
  }

  async function revoke(chain: Chain): Promise<void> {
    const answer = await post('/revoke', { ...client, token: chain.refreshToken })
    if (answer?.status === 200) chain.isRevoked = true
    else chain.isInDoubt = true
    if (answer && answer.status !== 200) faults.add(`a revocation: ${answer.status} ${answer.body}`)
  }

  async function work(): Promise<void> {
    for (let logins = 0; !isStopped; logins++) {
      const chain = await logIn()
      for (let refreshes = 0; chain && refreshes < 4; refreshes++) {
        await check(chain, 200, 'a token that is active')
        if (!(await refresh(chain))) break
      }
      if (!chain || logins % 2 === 1 || isStopped) continue
      await revoke(chain)
      if (chain.isRevoked) await check(chain, 401, 'a token that was revoked')
    }
  }

  async function audit(): Promise<Audit> {
    const differences = new Set<string>()
    const sure = chains.filter(({ isInDoubt }) => !isInDoubt)
    const expect = async (what: string, status: number, path: string, init: RequestInit) => {
      for (const origin of origins) {
        const answer = await exchange(origin, path, init)
        if (answer.status !== status) differences.add(`${what}: ${answer.status} in place of ${status} ${answer.body}`)
      }
    }
    for (const { accessToken, refreshToken, isRevoked } of sure) {
      const what = isRevoked ? 'revoked' : 'active'
      await expect(`${what} access token`, isRevoked ? 401 : 200, '/users/me', bearerOf(accessToken))
      // The second process repeats it within the grace period.
      await expect(`${what} refresh token`, isRevoked ? 400 : 200, '/token', formOf(refreshOf(refreshToken)))
    }
    // Its reuse ends the grant: after all others.
    for (const { used } of sure) {
      const replaced = used.at(-2)
      if (replaced) await expect('a refresh token that was replaced twice', 400, '/token', formOf(refreshOf(replaced)))
    }
    const revoked = sure.filter(({ isRevoked }) => isRevoked).length
    const refreshes = chains.reduce((sum, { used }) => sum + used.length, 0)
    return { differences, active: sure.length - revoked, revoked, refreshes }
  }

  const running = Array.from({ length: workers }, work)
  return {
    counts,
    faults,
    count: (status) => counts.get(status) ?? 0,
    issuedAfter: (origin, time) => issues.find((issue) => issue.origin === origin && issue.sentAt > time)?.answeredAt,
    stop: async () => {
      isStopped = true
      await Promise.all(running)
    },
    audit,
  }
}

function next(origins: readonly string[], sent: number): string {
  return origins[sent % origins.length] ?? ''
}

function refreshOf(token: string): Readonly<Record<string, string>> {
  return { grant_type: 'refresh_token', ...client, refresh_token: token }
}

function formOf(form: Readonly<Record<string, string>>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(form) }
}

function bearerOf(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}
