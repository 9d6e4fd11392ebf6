/** What comes back to the suite's redirect URI, and the checks that every answer of /authorize has to pass. */
import assert from 'node:assert/strict'
import type { Page } from '../../../packages/server/test/support/user-agent.ts'
import type { ResponseMode, Suite } from './suite.ts'

/** The errors that say that somebody would have to be asked (§3.1.2.6). */
export const interactionErrors: readonly string[] = [
  'interaction_required',
  'login_required',
  'account_selection_required',
  'consent_required',
]

/** The parameters of an answer. They must be where the response mode says, and nowhere else. */
export function readCallback(page: Page, redirectUri: string, mode: ResponseMode): URLSearchParams {
  if (mode === 'query') {
    const [address, query = ''] = page.url.split('?', 2)
    assert.equal(address, redirectUri, `came to ${page.url}: ${page.body}`)
    assert.equal(page.url.includes('#'), false)
    return new URLSearchParams(query)
  }
  // OAuth 2.0 Form Post Response Mode §2: an HTML form that the browser posts to the redirect URI.
  assert.equal(page.status, 200)
  const form = /<form method="post" action="([^"]*)" id="form-post">([\s\S]*?)<\/form>/.exec(page.body)
  assert.ok(form, `no form that posts itself at ${page.url}: ${page.body}`)
  assert.equal(form[1], redirectUri)
  assert.match(page.body, /<script src="[^"]*form-post\.js" defer>/)
  const inputs = [...(form[2] ?? '').matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)]
  return new URLSearchParams(inputs.map(([, name = '', value = '']) => [unescaped(name), unescaped(value)]))
}

/** What the suite checks of every successful answer; answers the code. */
export function checkSuccess(suite: Suite, answer: URLSearchParams, state: string | undefined): string {
  assert.equal(answer.get('error'), null, String(answer))
  assert.equal(answer.get('state'), state ?? null)
  assert.equal(answer.get('iss'), suite.metadata.issuer)
  const code = answer.get('code')
  assert.ok(code)
  return code
}

/** What the suite checks of every error answer (`performGenericAuthorizationEndpointErrorResponseValidation`); answers the error. */
export function checkError(suite: Suite, answer: URLSearchParams, state: string | undefined): string {
  const error = answer.get('error')
  assert.ok(error, `an error was expected, not ${answer}`)
  assert.equal(answer.get('state'), state ?? null)
  assert.equal(answer.get('iss'), suite.metadata.issuer)
  assert.equal(answer.has('code'), false)
  const expected = ['error', 'error_description', 'error_uri', 'state', 'iss']
  assert.deepEqual(
    [...answer.keys()].filter((name) => !expected.includes(name)),
    [],
  )
  // RFC 6749 §4.1.2.1: the characters that a description and an error_uri may have.
  assert.match(answer.get('error_description') ?? '', /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.match(answer.get('error_uri') ?? '', /^[\x21\x23-\x5b\x5d-\x7e]+$/)
  assert.ok(URL.canParse(answer.get('error_uri') ?? ''))
  return error
}

/** An error page, for the person alone: no redirect and no form that goes on by itself. */
export function checkErrorPage(suite: Suite, page: Page): void {
  assert.equal(new URL(page.url).origin, new URL(suite.metadata.issuer).origin, `left for ${page.url}`)
  assert.ok(page.status >= 400 && page.status < 500, `answered ${page.status}`)
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
