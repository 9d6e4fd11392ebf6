/** The login page, as a browser gets it: forms, cookies, policies, and that its posts arrive. */
import { countersign } from '../../config/called-as.ts'
import type { Page } from '../../user-agent/user-agent.ts'
import { type Finding, notesOf } from './finding.ts'
import { requestIdIn } from './probe.ts'

export interface LoginPageFacts {
  readonly page: Page
  /** The headers that set cookies. */
  readonly cookies: readonly string[]
  /** The status of the response to the form without username and password; `undefined`: there is no form. */
  readonly posted: number | undefined
  /** Where Cancel leads. */
  readonly cancelled: string | undefined
  /** The status of the page after a long request; `undefined`: it was not sent. */
  readonly long: number | undefined
}

const notes = notesOf('login-page')

/** Countersign takes 4096 characters. nginx takes 4 KiB of all headers of a response, unless it is told otherwise. */
export const longStateLength = 4000

export function checkLoginPage(issuer: string, redirectUri: string, facts: LoginPageFacts): readonly Finding[] {
  const { page, posted } = facts
  const { origin } = new URL(issuer)
  const place = new URL(page.url, issuer)
  if (place.origin !== origin) {
    return [
      notes.problem(
        `GET /authorize leads to ${place.origin}, not to the login page at ${origin}.`,
        'Let the proxy pass on Location as it is; nginx: proxy_redirect off;',
      ),
    ]
  }
  const action = /<form\b[^<>]* action="([^"<>]*\/login)"/.exec(page.body)?.[1]
  if (page.status !== 200 || action === undefined) {
    const id = requestIdIn(page.headers)
    return [
      notes.problem(
        `GET /authorize leads to a page with status ${page.status} at ${place.pathname}, not to the login page.`,
        id === undefined ? 'Let the proxy forward /authorize and /login.' : `See: ${countersign} why ${id}`,
      ),
    ]
  }
  const findings = [
    ...checkAction(issuer, URL.canParse(action, place.href) ? new URL(action, place).href : action),
    ...checkCookies(issuer, facts),
    ...checkHeaders(page),
  ]
  if (posted !== 400 && facts.cookies.length > 0) {
    findings.push(
      notes.problem(
        `The post of the login form has status ${posted}: its cookie or its body does not arrive.`,
        'Let the proxy forward Cookie, Origin, Sec-Fetch-Site and the body, unchanged.',
      ),
    )
  }
  if (facts.cancelled !== undefined) findings.push(...checkCancelled(issuer, redirectUri, facts.cancelled))
  if (facts.long !== undefined && facts.long !== 200) {
    findings.push(
      notes.warning(
        `A long authorization request, such as one with ${longStateLength} characters of state, has status ${facts.long}: the redirect to the login page, which repeats it, is too long for the proxy.`,
        'Let the proxy take 16 KiB of headers from Countersign; nginx: proxy_buffer_size 16k; proxy_buffers 8 16k;',
      ),
    )
  }
  return findings.length > 0
    ? findings
    : [notes.ok('The login page, its form and its cookie work through the public URL.')]
}

function checkAction(issuer: string, action: string): readonly Finding[] {
  if (action === `${issuer.replace(/\/$/, '')}/login`) return []
  return [
    notes.problem(
      `The login form posts to ${action}.`,
      'The path of ISSUER must be the path under which the proxy serves Countersign; the proxy must not rewrite pages.',
    ),
  ]
}

function checkCookies(issuer: string, { cookies }: LoginPageFacts): Finding[] {
  const [cookie] = cookies
  if (cookie === undefined) {
    return [
      notes.problem(
        'The login page sets no cookie, so nobody can log in.',
        'Let the proxy pass on the headers that set cookies, and do not cache pages.',
      ),
    ]
  }
  const isHttps = issuer.startsWith('https:')
  const needed = [
    ...(isHttps ? [/^__Host-/, /; *secure(;|$)/i, /; *path=\/(;|$)/i] : []),
    /; *httponly(;|$)/i,
    /; *samesite=lax(;|$)/i,
  ]
  const names = [...(isHttps ? ['__Host-', 'Secure', 'Path=/'] : []), 'HttpOnly', 'SameSite=Lax']
  const missing = names.filter((_, at) => !needed[at]?.test(cookie))
  if (missing.length === 0) return []
  return [
    notes.problem(
      `The cookie of the login page lacks ${missing.join(', ')}.`,
      'The proxy must not rewrite cookies (nginx: no proxy_cookie_path, proxy_cookie_flags, proxy_cookie_domain), and ISSUER must be https.',
    ),
  ]
}

function checkHeaders({ headers }: Page): readonly Finding[] {
  const policy = headers.get('content-security-policy') ?? ''
  const missing = [
    ...(/frame-ancestors 'none'/.test(policy) ? [] : ["Content-Security-Policy with frame-ancestors 'none'"]),
    ...(headers.get('x-content-type-options') === 'nosniff' ? [] : ['X-Content-Type-Options: nosniff']),
    ...(headers.get('referrer-policy') === 'no-referrer' ? [] : ['Referrer-Policy: no-referrer']),
    ...(/no-store/.test(headers.get('cache-control') ?? '') ? [] : ['Cache-Control: no-store']),
  ]
  if (missing.length === 0) return []
  return [
    notes.problem(
      `The login page lacks ${missing.join(', ')}.`,
      'Let the proxy pass on the headers of Countersign, and add none of the same name.',
    ),
  ]
}

/** RFC 9207 §2: the response has the issuer. */
function checkCancelled(issuer: string, redirectUri: string, cancelled: string): readonly Finding[] {
  const parameters = URL.canParse(cancelled) ? new URL(cancelled).searchParams : new URLSearchParams()
  const isRight = cancelled.startsWith(redirectUri) && parameters.get('error') === 'access_denied'
  if (isRight && parameters.get('iss') === issuer) return []
  return [
    notes.problem(
      `Cancel on the login page does not lead back to ${redirectUri} with the issuer ${issuer}.`,
      'Let the proxy pass on Location as it is; nginx: proxy_redirect off;',
    ),
  ]
}
