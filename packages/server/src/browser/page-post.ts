/** Reads what one of our pages posted, and rejects posts that come from anywhere else (RFC 9700 §4.7). */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Form, readForm } from '../oauth/form.ts'
import type { Request } from '../request.ts'
import { step } from '../trace/trace.ts'
import { type Browser, findBrowser, isCsrfToken } from './browser.ts'

/** A form of one of our pages, posted by the browser that the page was made for. */
export interface PagePost {
  readonly form: Form
  readonly browser: Browser
  /** The request that the page was about, as the query string it came with. */
  readonly query: string
}

/** @throws OAuthError `forbidden` when another site sent the form, or the page was made for another browser */
export async function readPagePost(ctx: Context, request: Request): Promise<PagePost> {
  return await step(request.trace, 'check_form', () => {
    requireSameOrigin(ctx, request)
    const form = readForm(request)
    const browser = findBrowser(ctx, request)
    if (browser && isCsrfToken(ctx, browser, form.get('csrf_token') ?? '')) {
      return { form, browser, query: form.get('request') ?? '' }
    }
    throw new OAuthError('forbidden', 'The form is not from a page of this browser. Go back to the application.', {
      reason: 'csrf_token_wrong',
      expected: "the csrf_token of the browser's cookie",
      received: browser ? 'another csrf_token' : 'no cookie',
    })
  })
}

/** The browser itself says which site made it post. */
function requireSameOrigin(ctx: Context, request: Request): void {
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  // Our pages send no referrer, so browsers send `Origin: null` with their forms. Sec-Fetch-Site says more.
  const isSame =
    site === undefined
      ? isOwnOrigin(ctx, origin)
      : site === 'same-origin' && (isOwnOrigin(ctx, origin) || origin === 'null')
  if (isSame) return
  throw new OAuthError('forbidden', 'The form was sent by another site.', {
    reason: 'cross_site_post',
    expected: 'Sec-Fetch-Site: same-origin',
    received: `Sec-Fetch-Site: ${site ?? 'none'}, Origin: ${origin ?? 'none'}`,
  })
}

function isOwnOrigin(ctx: Context, origin: string | undefined): boolean {
  return origin === undefined || origin === new URL(ctx.config.issuer).origin
}
