/** The responses at the suite's redirect URI, and the checks that every response of /authorize must pass. */
import assert from 'node:assert/strict'
import type { Page } from '../../../packages/server/src/user-agent/user-agent.ts'
import type { ResponseMode, Suite } from './suite.ts'

/** The errors that mean that the user would have to see a page (§3.1.2.6). */
export const interactionErrors: readonly string[] = [
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
]

/** The parameters of a response. They must be where the response mode says, and nowhere else. */
export function readCallback(page: Page, redirectUri: string, mode: ResponseMode): URLSearchParams {
  if (mode === 'query') {
    const [address, query = ''] = page.url.split('?', 2)
    assert.equal(address, redirectUri, `redirected to ${page.url}: ${page.body}`)
    assert.equal(page.url.includes('#'), false)
    return new URLSearchParams(query)
  }
  // OAuth 2.0 Form Post Response Mode §2: an HTML form that the browser posts to the redirect URI.
  assert.equal(page.status, 200)
  const form = /<form method="post" action="([^"]*)" id="form-post">([\s\S]*?)<\/form>/.exec(page.body)
  assert.ok(form, `no form that submits itself at ${page.url}: ${page.body}`)
  assert.equal(form[1], redirectUri)
  assert.match(page.body, /<script src="[^"]*form-post\.js" defer>/)
  const inputs = [...(form[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return new URLSearchParams(inputs.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]))
}

/** The suite's checks of every successful response. Returns the code. */
export function checkSuccess(suite: Suite, response: URLSearchParams, state: string | undefined): string {
  assert.equal(response.get('error'), null, String(response))
  assert.equal(response.get('state'), state ?? null)
  assert.equal(response.get('iss'), suite.metadata.issuer)
  const code = response.get('code')
  assert.ok(code)
  return code
}

/** The suite's checks of every error response (`performGenericAuthorizationEndpointErrorResponseValidation`). Returns the error. */
export function checkError(suite: Suite, response: URLSearchParams, state: string | undefined): string {
  const error = response.get('error')
  assert.ok(error, `an error was expected, not ${response}`)
  assert.equal(response.get('state'), state ?? null)
  assert.equal(response.get('iss'), suite.metadata.issuer)
  assert.equal(response.has('code'), false)
  const expected = ['error', 'error_description', 'error_uri', 'state', 'iss']
  assert.deepEqual(
    [...response.keys()].filter((name) => !expected.includes(name)),
    [],
  )
  // RFC 6749 §4.1.2.1: the characters that a description and an error_uri may have.
  assert.match(response.get('error_description') ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.match(response.get('error_uri') ?? '', /^[\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.ok(URL.canParse(response.get('error_uri') ?? ''))
  return error
}

/** An error page for the user: no redirect and no form that submits itself. */
export function checkErrorPage(suite: Suite, page: Page): void {
  assert.equal(new URL(page.url).origin, new URL(suite.metadata.issuer).origin, `redirected to ${page.url}`)
  assert.ok(page.status >= 400 && page.status < 500, `the status was ${page.status}`)
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(page.body, /id="request-id"/)
  assert.doesNotMatch(page.body, /<form method="post" action="https:/)
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}
