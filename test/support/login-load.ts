/** Users who log in, use and refresh their tokens, and log out, again and again, at several processes: each request at the next one. */
import assert from 'node:assert/strict'
import type { UserAgent } from '../../packages/server/src/user-agent/user-agent.ts'
import {
  authorizeUrl,
  newPkce,
  passPages,
  redirectUri,
  requestOf,
  responseOf,
  webApp,
} from '../../packages/server/test/support/code-flow.ts'
import { tim } from '../../packages/server/test/support/people.ts'
import { createUserAgent } from '../../packages/server/test/support/user-agent.ts'

export interface LoginLoad {
  /** Requests go to this process, too. */
  readonly add: (origin: string) => void
  /** Sends no more requests there. Resolves when those that are under way have their responses. */
  readonly remove: (origin: string) => Promise<void>
  /** Resolves when so many more logins have been made, from the first request to the last, or when too many have failed. */
  readonly logins: (count: number) => Promise<void>
  /** Stops after the logins that are under way. Returns what was counted. */
  readonly stop: () => Promise<LoadCounts>
}

export interface LoadCounts {
  readonly requests: number
  readonly logins: number
  /** Each request that got another response than it must, or none. */
  readonly failures: readonly string[]
  /** Milliseconds. */
  readonly slowest: number
}

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

const parallelUsers = 3
/** So that a load without any success ends. */
const maxFailures = 20

export interface LoadOptions {
  readonly issuer: string
  /** The header of the client `web-app`. */
  readonly authorization: Readonly<Record<string, string>>
  /** That of tim. */
  readonly password: string
  /** @default fetch, which keeps its connections */
  readonly send?: (request: Request) => Promise<Response>
}

export function startLoginLoad(options: LoadOptions): LoginLoad {
  const { issuer, send: sendWith = fetch } = options
  const origins: string[] = []
  const underWay = new Map<Promise<Response>, string>()
  const failures: string[] = []
  const waiting: { readonly goal: number; readonly resolve: () => void }[] = []
  let requests = 0
  let logins = 0
  let slowest = 0
  let isStopped = false

  async function send(request: Request): Promise<Response> {
    const origin = origins[requests++ % origins.length] ?? issuer
    const { pathname, search } = new URL(request.url)
    const response = sendWith(new Request(`${origin}${pathname}${search}`, request))
    underWay.set(response, origin)
    const begun = performance.now()
    try {
      const { status } = await response
      if (status >= 500) throw new Error(`${status} ${(await (await response).text()).slice(0, 300)}`)
      return await response
    } catch (error) {
      throw new Error(`${request.method} ${pathname} at ${origin}`, { cause: error })
    } finally {
      slowest = Math.max(slowest, performance.now() - begun)
      underWay.delete(response)
    }
  }

  const hasFailed = () => failures.length >= maxFailures

  async function user(): Promise<void> {
    while (!isStopped && !hasFailed()) {
      try {
        await logInAndOut(send, options)
        logins++
      } catch (error) {
        failures.push(reasonOf(error))
      }
      for (const { goal, resolve } of waiting) if (logins >= goal || hasFailed()) resolve()
    }
  }

  const users: Promise<void>[] = []
  return {
    add: (origin) => {
      origins.push(origin)
      while (users.length < parallelUsers) users.push(user())
    },
    remove: async (origin) => {
      origins.splice(origins.indexOf(origin), 1)
      await Promise.allSettled([...underWay].filter(([, at]) => at === origin).map(([response]) => response))
    },
    logins: (count) =>
      new Promise((resolve) => {
        if (hasFailed()) resolve()
        else waiting.push({ goal: logins + count, resolve })
      }),
    stop: async () => {
      isStopped = true
      await Promise.all(users)
      return { requests, logins, failures, slowest }
    },
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`
}

/** @throws at the first response that is not as it must be */
async function logInAndOut(
  send: (request: Request) => Promise<Response>,
  { issuer, authorization, password }: LoadOptions,
): Promise<void> {
  const agent = createUserAgent(send, issuer)
  const post = (path: string, form: Readonly<Record<string, string>>) =>
    send(new Request(`${issuer}${path}`, { method: 'POST', headers: authorization, body: new URLSearchParams(form) }))
  const userInfo = async ({ access_token }: Tokens) =>
    (await send(new Request(`${issuer}/userinfo`, { headers: { authorization: `Bearer ${access_token}` } }))).status

  async function tokens(form: Readonly<Record<string, string>>): Promise<Tokens> {
    const response = await post('/token', form)
    const body = await response.text()
    assert.equal(response.status, 200, body)
    return JSON.parse(body)
  }

  async function logIn(agent: UserAgent): Promise<Tokens> {
    const pkce = newPkce()
    const page = await passPages(agent, await agent.open(authorizeUrl(requestOf(webApp, pkce))), tim.username, password)
    const code = responseOf(page).get('code') ?? page.body
    const form = { code, redirect_uri: redirectUri, code_verifier: pkce.verifier }
    return await tokens({ grant_type: 'authorization_code', ...form })
  }

  const first = await logIn(agent)
  assert.equal(await userInfo(first), 200)
  // By the session, without a password.
  const second = await logIn(agent)
  const refreshed = await tokens({ grant_type: 'refresh_token', refresh_token: first.refresh_token })
  assert.equal(await userInfo(refreshed), 200)
  assert.equal((await post('/revoke', { token: refreshed.refresh_token })).status, 200)
  assert.equal(await userInfo(refreshed), 401, 'a revoked token is accepted')
  const again = { grant_type: 'refresh_token', refresh_token: refreshed.refresh_token }
  assert.equal((await post('/token', again)).status, 400, 'a revoked refresh token is accepted')
  assert.equal(await userInfo(second), 200)
}
