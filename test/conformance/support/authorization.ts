/** The front half of a flow: the suite's authorization request, and the person who answers the pages as its browser script does. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import type { Page, UserAgent } from '../../../packages/server/test/support/user-agent.ts'
import { password, username } from '../suite/person.ts'
import { checkError, checkSuccess, readCallback } from './callback.ts'
import type { Suite } from './suite.ts'

/** The parameters of a request; `undefined` leaves one out. */
export type Parameters = Readonly<Record<string, string | undefined>>

/** A request that was answered with a code. */
export interface Authorized {
  readonly request: Parameters
  readonly code: string
  /** How often a password was asked for. */
  readonly logins: number
}

export function redirectUriOf(client: ClientDeclaration): string {
  const [uri] = client.redirect_uris ?? []
  assert.ok(uri)
  return uri
}

export function randomText(length = 10): string {
  return randomBytes(length).toString('base64url').slice(0, length)
}

/** As the suite makes it: with a random state and nonce, and in the plan's response mode. */
export function requestOf(suite: Suite, client: ClientDeclaration, more: Parameters = {}): Parameters {
  return {
    client_id: client.client_id,
    redirect_uri: redirectUriOf(client),
    scope: 'openid',
    state: randomText(),
    nonce: randomText(),
    response_type: 'code',
    ...(suite.responseMode === 'form_post' && { response_mode: 'form_post' }),
    ...more,
  }
}

export function addressOf(endpoint: string, parameters: Parameters): string {
  return `${endpoint}?${encode(parameters)}`
}

export function encode(parameters: Parameters): URLSearchParams {
  const known = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return new URLSearchParams(known)
}

/** Opens the request in the browser and lets the person answer until the browser has something for the client, or an error page. */
export async function visit(
  suite: Suite,
  request: Parameters,
): Promise<{ readonly page: Page; readonly logins: number }> {
  const { browser, metadata } = suite
  return await answerPages(browser, await browser.open(addressOf(metadata.authorization_endpoint, request)))
}

/** Logs in and allows what is asked for, by the ids that the suite's browser script clicks. */
export async function answerPages(
  browser: UserAgent,
  first: Page,
): Promise<{ readonly page: Page; readonly logins: number }> {
  let page = first
  let logins = 0
  for (let pages = 0; pages < 6; pages++) {
    if (page.body.includes('id="login"')) {
      page = await browser.submit(page, { username, password })
      logins++
    } else if (page.body.includes('id="allow"')) page = await browser.submit(page, { decision: 'allow' })
    else break
  }
  return { page, logins }
}

/** A whole authorization that has to succeed. */
export async function authorize(suite: Suite, client: ClientDeclaration, more: Parameters = {}): Promise<Authorized> {
  const request = requestOf(suite, client, more)
  const { page, logins } = await visit(suite, request)
  return { request, code: codeOf(suite, request, page), logins }
}

/** The code that a page brings for a request. */
export function codeOf(suite: Suite, request: Parameters, page: Page): string {
  const answer = readCallback(page, request['redirect_uri'] ?? '', suite.responseMode)
  return checkSuccess(suite, answer, request['state'])
}

/** An authorization that has to come back with an error. Answers the error. */
export async function refusedAuthorization(suite: Suite, request: Parameters): Promise<string> {
  const { page, logins } = await visit(suite, request)
  assert.equal(logins, 0)
  const answer = readCallback(page, request['redirect_uri'] ?? '', suite.responseMode)
  return checkError(suite, answer, request['state'])
}
