/** A user who logs in once and then gets code after code, an app that redeems them, and a ledger of the codes whose redemption was answered. */
import type { Page } from '../../../packages/server/src/user-agent/user-agent.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
} from '../../../packages/server/test/support/code-flow.ts'
import { createUserAgent } from '../../../packages/server/test/support/user-agent.ts'
import { bearerOf, formOf, refreshOf, startAsking } from './asking.ts'

export interface CodeLedger {
  readonly faults: ReadonlySet<string>
  /** Redemptions that were answered, and those that were not although the code was consumed. */
  readonly counts: () => { readonly redeemed: number; readonly inDoubt: number; readonly compared: number }
  /** Compares what the server says about the latest codes with what it answered: their tokens work, and the codes do not. After each kill. */
  readonly compare: () => Promise<void>
  readonly stop: () => Promise<void>
}

interface Code {
  /** What /token takes. */
  readonly form: Readonly<Record<string, string>>
  /** By `performance.now()`. The code was issued later. */
  readonly requestedAt: number
}

interface Redemption extends Code {
  readonly accessToken: string
  readonly refreshToken: string
}

const client = { client_id: 'app' }

/** How many codes are compared after a kill, from the latest back. What was answered before them was followed by other changes. */
const latest = 20

/** Milliseconds, a second less than a code lives. Until then the server knows that it was used. */
const surelyKnown = 59_000

export function startCodeLedger(
  origin: string,
  user: { readonly username: string; readonly password: string },
): CodeLedger {
  const { ask, exchange, pause, isRefused, faults, ...asking } = startAsking([origin], { whileDown: true })
  const agent = createUserAgent((request) => fetch(request), origin)
  const redemptions: Redemption[] = []
  let redeemed = 0
  let inDoubt = 0
  let compared = 0
  let hasSession = false

  async function open(url: string): Promise<Page | undefined> {
    try {
      return await passPages(agent, await agent.open(url), user.username, user.password)
    } catch (error) {
      // Without a response.
      if (!(error instanceof TypeError)) faults.add(`${error}`)
      return undefined
    }
  }

  /** `undefined` while there is no response. */
  async function getCode(): Promise<Code | undefined> {
    const pkce = newPkce()
    const requestedAt = performance.now()
    // The login that was answered outlives each kill: there is no page again.
    const prompt = hasSession ? { prompt: 'none' } : {}
    const app = { ...client, redirect_uris: [redirectUri] }
    const page = await open(authorizeUrl(requestOf(app, pkce, { scope: 'me', ...prompt })))
    if (page === undefined || page.status === 503) return undefined
    const code = URL.canParse(page.url) ? new URL(page.url).searchParams.get('code') : null
    if (code === null) {
      faults.add(`no code: ${page.status} ${page.url}`)
      return undefined
    }
    hasSession = true
    const form = {
      grant_type: 'authorization_code',
      ...client,
      redirect_uri: redirectUri,
      code_verifier: pkce.verifier,
    }
    return { form: { ...form, code }, requestedAt }
  }

  async function redeem(code: Code): Promise<void> {
    const answer = await exchange(origin, '/token', formOf(code.form))
    await pause(answer)
    // A second try at a code whose redemption was cut off succeeds when the first did nothing. Otherwise the code was used.
    const repeated = isRefused(answer) ? await ask('/token', formOf(code.form)) : answer
    if (repeated?.status === 200) {
      const { access_token: accessToken, refresh_token: refreshToken } = JSON.parse(repeated.body)
      redemptions.push({ ...code, accessToken, refreshToken })
      redeemed++
    } else if (repeated?.status === 400 && answer.status === 0) inDoubt++
    else if (repeated) faults.add(`a code that was not used: ${repeated.status} ${repeated.body}`)
  }

  async function work(): Promise<void> {
    while (!asking.isStopped()) {
      const code = await getCode()
      if (code) await redeem(code)
      else await pause({ status: 0, body: '' })
    }
  }

  async function expect(what: string, status: number, path: string, init: RequestInit): Promise<void> {
    const answer = await exchange(origin, path, init)
    if (answer.status !== status) faults.add(`${what}: ${answer.status} in place of ${status} ${answer.body}`)
  }

  async function compare(): Promise<void> {
    for (const { form, requestedAt, accessToken, refreshToken } of redemptions.splice(0).slice(-latest)) {
      await expect('the access token of a code', 200, '/users/me', bearerOf(accessToken))
      await expect('the refresh token of a code', 200, '/token', formOf(refreshOf(client, refreshToken)))
      await expect('a code that was redeemed', 400, '/token', formOf(form))
      // Its reuse has ended the grant: it was rejected since it was used, and for no other reason.
      const { status } = await exchange(origin, '/users/me', bearerOf(accessToken))
      const isKnown = performance.now() - requestedAt < surelyKnown
      if (status !== 401 && isKnown) faults.add(`a code that was redeemed is not known as used: ${status}`)
      if (status === 401) compared++
    }
  }

  const running = work()
  return {
    faults,
    counts: () => ({ redeemed, inDoubt, compared }),
    compare,
    stop: async () => {
      asking.stop()
      await running
    },
  }
}
