/** A web login with its issuer and a browser. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { ClientError } from '../../src/errors.ts'
import { createWebLogin, type WebLogin, type WebLoginOptions, type WebSession } from '../../src/server/index.ts'
import { type Browser, createBrowser } from './browser.ts'
import { type Received, startIssuer, type TestIssuer, tokenResponse } from './issuer.ts'
import { callbackFor, claimsFor, clientId, makeIdToken, startOfTests } from './logins.ts'

export const origin = 'https://notes.example'
export const cookieSecret = 'a secret of the tests, and of nothing else'

/** The clock of a test, in seconds. */
export interface Clock {
  now: number
}

export interface StartedWebLogin {
  readonly issuer: TestIssuer
  readonly clock: Clock
  readonly options: WebLoginOptions
  readonly web: WebLogin
  readonly errors: readonly ClientError[]
}

/** The issuer issues numbered tokens with refresh tokens, and accepts each refresh token once. */
export async function startWebLogin(test: TestContext, more: Partial<WebLoginOptions> = {}): Promise<StartedWebLogin> {
  const issuer = await startIssuer(test, { '/token': numberedTokens() })
  issuer.routes['/revoke'] = () => ({})
  const clock: Clock = { now: startOfTests }
  const errors: ClientError[] = []
  const options: WebLoginOptions = {
    issuer: issuer.url,
    clientId,
    clientSecret: 'client-secret',
    redirectUri: `${origin}/auth/callback`,
    cookieSecret,
    now: () => clock.now,
    onError: (error) => errors.push(error),
    ...more,
  }
  return { issuer, clock, options, web: createWebLogin(options), errors }
}

/** A browser whose requests go to the web login itself. */
export function browserOf(web: WebLogin): Browser {
  return createBrowser(async (path, init) => {
    const response = await web.handle(new Request(`${web.origin}${path}`, init))
    return response ?? new Response('not of the login', { status: 404 })
  })
}

/** Logs in with this browser, and returns the last redirect. */
export async function logInWith(browser: Browser, issuer: TestIssuer, returnTo?: string): Promise<Response> {
  return await browser.open(await comeBack(browser, issuer, returnTo))
}

/** Begins a login with this browser, and returns the path and query that the issuer sends it back to. */
export async function comeBack(browser: Browser, issuer: TestIssuer, returnTo?: string): Promise<string> {
  const query = returnTo === undefined ? '' : `?${new URLSearchParams({ return_to: returnTo })}`
  const response = await browser.open(`/auth/login${query}`)
  assert.equal(response.status, 303)
  const requested = response.headers.get('location') ?? ''
  const nonce = new URL(requested).searchParams.get('nonce')
  // The issuer finds the nonce by the code.
  const { pathname, search } = new URL(callbackFor(issuer, requested, { code: `code-${nonce}` }))
  return `${pathname}${search}`
}

/** The session of this browser, as the app sees it. */
export async function sessionOf(web: WebLogin, browser: Browser): Promise<WebSession | undefined> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  return await web.session(new Request(`${web.origin}/`, { headers: { cookie } }), (line) => {
    const [, name = '', value = '', age] = /^([^=]+)=([^;]*);.*Max-Age=(\d+)/.exec(line) ?? []
    if (age === '0') browser.cookies.delete(name)
    else browser.cookies.set(name, value)
  })
}

/** The token requests of one grant type. */
export function requestsOf(issuer: TestIssuer, grant: string): readonly URLSearchParams[] {
  return issuer.posted('/token').filter((form) => form.get('grant_type') === grant)
}

function numberedTokens(): (received: Received, issuer: TestIssuer) => { status?: number; body: unknown } {
  const used = new Set<string | null>()
  let count = 0
  return ({ form }, issuer) => {
    const refreshToken = form.get('refresh_token')
    if (refreshToken !== null && used.has(refreshToken)) return { status: 400, body: { error: 'invalid_grant' } }
    used.add(refreshToken)
    count += 1
    const nonce = form.get('code')?.replace('code-', '') ?? null
    const idToken = nonce === null ? {} : { id_token: makeIdToken(claimsFor(issuer, nonce)) }
    return { body: tokenResponse({ access_token: `access-${count}`, refresh_token: `refresh-${count}`, ...idToken }) }
  }
}
