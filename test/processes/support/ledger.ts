/** Clients that log in, refresh, use and revoke tokens at several processes, with a ledger of what these have answered. */
import { tim } from '../../../packages/server/test/support/people.ts'
import { type Asking, type AskingOptions, bearerOf, formOf, refreshOf, startAsking } from './asking.ts'

export interface LedgerLoad extends Pick<Asking, 'counts' | 'count' | 'faults' | 'issuedAfter'> {
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

const client = { client_id: 'own' }
const workers = 4

export function startLedgerLoad(origins: readonly string[], options: AskingOptions = {}): LedgerLoad {
  const { ask, exchange, faults, isStopped, stop, ...asking } = startAsking(origins, options)
  const chains: Chain[] = []

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
    const answer = await post('/token', refreshOf(client, chain.refreshToken))
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
    for (let logins = 0; !isStopped(); logins++) {
      const chain = await logIn()
      for (let refreshes = 0; chain && refreshes < 4; refreshes++) {
        await check(chain, 200, 'a token that is active')
        if (!(await refresh(chain))) break
      }
      if (!chain || logins % 2 === 1 || isStopped()) continue
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
      await expect(`${what} refresh token`, isRevoked ? 400 : 200, '/token', formOf(refreshOf(client, refreshToken)))
    }
    // Its reuse ends the grant: after all others.
    for (const { used } of sure) {
      const replaced = used.at(-2)
      if (replaced)
        await expect('a refresh token that was replaced twice', 400, '/token', formOf(refreshOf(client, replaced)))
    }
    const revoked = sure.filter(({ isRevoked }) => isRevoked).length
    const refreshes = chains.reduce((sum, { used }) => sum + used.length, 0)
    return { differences, active: sure.length - revoked, revoked, refreshes }
  }

  const running = Array.from({ length: workers }, work)
  return {
    ...asking,
    faults,
    stop: async () => {
      stop()
      await Promise.all(running)
    },
    audit,
  }
}
