/** A logout as the suite starts it, and the checks of its result. */
import assert from 'node:assert/strict'
import type { Page } from '../../../packages/server/src/user-agent/user-agent.ts'
import { addressOf, randomText, rejectedAuthorization, requestOf } from './authorization.ts'
import { interactionErrors } from './callback.ts'
import type { Suite } from './suite.ts'
import { flow, type Tokens } from './tokens.ts'

/** The parameters of a request to the end_session_endpoint. */
export interface EndSession {
  readonly id_token_hint?: string | undefined
  readonly post_logout_redirect_uri?: string | undefined
  readonly state?: string | undefined
}

/** Logs in and returns the logout request. */
export async function loggedIn(suite: Suite): Promise<{ readonly tokens: Tokens; readonly request: EndSession }> {
  const tokens = await flow(suite)
  const [returnTo] = suite.clients.client.post_logout_redirect_uris ?? []
  const request = { id_token_hint: tokens.idToken.text, post_logout_redirect_uri: returnTo, state: randomText(128) }
  return { tokens, request }
}

export function endSession({ browser, metadata }: Suite, request: EndSession): Promise<Page> {
  return browser.open(addressOf(metadata.end_session_endpoint, { ...request }))
}

/** The browser returned to the client's URI, with its state and nothing else (OIDC RP-Initiated Logout §3). */
export function checkReturned(page: Page, request: EndSession): void {
  const [address, query = ''] = page.url.split('?', 2)
  assert.equal(address, request.post_logout_redirect_uri, page.body)
  assert.deepEqual([...new URLSearchParams(query)], request.state === undefined ? [] : [['state', request.state]])
}

/** A page that says that the logout is done. */
export function checkSignedOutPage(suite: Suite, page: Page): void {
  assert.equal(new URL(page.url).origin, new URL(suite.metadata.issuer).origin)
  assert.equal(page.status, 200)
  assert.doesNotMatch(page.body, /id="(logout|request-id)"/)
  assert.match(page.body, /<h1>/)
}

/** Checked with prompt=none, as the suite does. */
export async function checkLoggedOut(suite: Suite): Promise<void> {
  const request = requestOf(suite, suite.clients.client, { prompt: 'none' })
  assert.ok(interactionErrors.includes(await rejectedAuthorization(suite, request)))
}

export async function checkStillLoggedIn(suite: Suite): Promise<void> {
  assert.equal((await flow(suite, suite.clients.client, { prompt: 'none' })).logins, 0)
}
