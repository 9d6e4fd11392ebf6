/** The first half of a flow: the suite's authorization request, and the user who fills in the pages as its browser script does. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { ClientDeclaration } from '../../../packages/server/src/domain/client-metadata.ts'
import type { Page, UserAgent } from '../../../packages/server/src/user-agent/user-agent.ts'
import { password, username } from '../suite/user.ts'
import { checkError, checkSuccess, readCallback } from './callback.ts'
import type { Suite } from './suite.ts'

/** The parameters of a request; `undefined` omits one. */
export type Parameters = Readonly<Record<string, string | undefined>>

/** A request whose response was a code. */
export interface Authorized {
  readonly request: Parameters
  readonly code: string
  /** How often the user had to enter the password. */
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

/** Makes it as the suite does: with a random state and nonce, and in the plan's response mode. */
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

/** Opens the request in the browser and completes its pages, until there is a response for the client or an error page. */
export async function visit(
  suite: Suite,
  request: Parameters,
): Promise<{ readonly page: Page; readonly logins: number }> {
  const { browser, metadata } = suite
  return await completePages(browser, await browser.open(addressOf(metadata.authorization_endpoint, request)))
}

/** Logs in and allows what is requested, by the ids that the suite's browser script clicks. */
export async function completePages(
  browser: UserAgent,
  first: Page,
): Promise<{ readonly page: Page; readonly logins: number }> {
  let page = first
  let logins = 0
  for (let pages = 0; pages < 6; pages++) {
    if (page.body.includes('id="login"')) {
      page = await browser.submit(page, { username, password })
      logins++
    } else if (page.body.includes('id="allow"'))
      page = await browser.submit(page, { decision: 'allow', remember: 'yes' })
    else break
  }
  return { page, logins }
}

/** A complete authorization that must succeed. */
export async function authorize(suite: Suite, client: ClientDeclaration, more: Parameters = {}): Promise<Authorized> {
  const request = requestOf(suite, client, more)
  const { page, logins } = await visit(suite, request)
  return { request, code: codeOf(suite, request, page), logins }
}

/** The code that a page has for a request. */
export function codeOf(suite: Suite, request: Parameters, page: Page): string {
  const response = readCallback(page, request['redirect_uri'] ?? '', suite.responseMode)
  return checkSuccess(suite, response, request['state'])
}

/** An authorization that must fail. Returns the error. */
export async function rejectedAuthorization(suite: Suite, request: Parameters): Promise<string> {
  const { page, logins } = await visit(suite, request)
  assert.equal(logins, 0)
  const response = readCallback(page, request['redirect_uri'] ?? '', suite.responseMode)
  return checkError(suite, response, request['state'])
}
