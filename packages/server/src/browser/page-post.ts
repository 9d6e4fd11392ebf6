/** Reads what one of our pages posted, and rejects posts that come from anywhere else (RFC 9700 §4.7). */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Form, readForm } from '../oauth/form.ts'
import { type Reply, seeOther } from '../reply.ts'
import type { Request } from '../request.ts'
import { describeReceived } from '../trace/difference.ts'
import { step } from '../trace/trace.ts'
import { type Browser, findBrowser, isCsrfToken } from './browser.ts'
import { type PageSubject, returnTarget } from './page-subject.ts'

interface Posted {
  readonly form: Form
  /** The request that the page was about, as the query string it came with. */
  readonly query: string
}

/** A form of one of our pages, posted by the browser that the page was made for. */
export interface CurrentPost extends Posted {
  readonly isStale: false
  readonly browser: Browser
}

/**
 * The form of a page that is out of date: the browser has another cookie since then, or none. Nothing that the form says counts, since
 * another browser's page may have made it.
 */
export interface StalePost extends Posted {
  readonly isStale: true
  readonly browser: Browser | undefined
  readonly rejection: OAuthError
}

export type PagePost = CurrentPost | StalePost

/** @throws OAuthError `forbidden` when another site sent the form, or no page of ours made it */
export async function readPagePost(ctx: Context, request: Request): Promise<PagePost> {
  return await step(request.trace, 'check_form', () => {
    requireSameOrigin(ctx, request)
    const form = readForm(request)
    const query = form.get('request') ?? ''
    const token = form.get('csrf_token')
    const browser = findBrowser(ctx, request)
    if (browser && token !== undefined && isCsrfToken(ctx, browser, token)) {
      return { isStale: false, form, query, browser } as const
    }
    const rejection = new OAuthError('forbidden', 'The form is not from a page of this browser. Start again.', {
      reason: 'csrf_token_wrong',
      expected: "the csrf_token of the browser's cookie",
      received: token === undefined ? 'no csrf_token' : browser ? 'another csrf_token' : 'no cookie',
    })
    if (token === undefined) throw rejection
    return { isStale: true, form, query, browser, rejection } as const
  })
}

/** Leads on to where a stale page was going: what comes next is decided again, for the user who is logged in by now. */
export function goOn(ctx: Context, { rejection }: StalePost, subject: PageSubject): Reply {
  return { ...seeOther(returnTarget(ctx, subject)), rejection }
}

/** The browser itself says which site made it post. */
function requireSameOrigin(ctx: Context, request: Request): void {
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  // Our pages send no referrer, so browsers send `Origin: null` with their forms: it says nothing. Sec-Fetch-Site says more.
  const isOwnOrigin = origin === undefined || origin === 'null' || origin === new URL(ctx.config.issuer).origin
  if (isOwnOrigin && (site === undefined || site === 'same-origin')) return
  throw new OAuthError('forbidden', 'The form was sent by another site.', {
    reason: 'cross_site_post',
    expected: 'Sec-Fetch-Site: same-origin',
    received: `Sec-Fetch-Site: ${describeReceived(site)}, Origin: ${describeReceived(origin)}`,
  })
}
