/** What the pages between `/authorize` and its answer share: the frame, the policy, and the check of what they post. */

import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import { type Form, readForm } from '../oauth/form.ts'
import { type Frame, imageSources } from '../pages/frame.ts'
import { chooseLanguage, languageCookie } from '../pages/language.ts'
import { html, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { type Browser, browserCookie, csrfToken, findBrowser, isCsrfToken, newBrowser } from './browser.ts'

export interface PageRequest {
  /** The request that the page is about, as a query string. */
  readonly query: string
  /** Where a language switch comes back to: a path without its first slash, and its query; `undefined`: no switch. */
  readonly languageReturn: string | undefined
  /** Where the form's answer ends up, if outside: browsers hold redirects after a form against the policy. */
  readonly redirectUri: string | undefined
}

/** Renders a page for the request's browser, which gets its cookie now if it has none. */
export function page(ctx: Context, request: Request, about: PageRequest, render: (frame: Frame) => string): Reply {
  const known = findBrowser(ctx, request)
  const browser = known ?? newBrowser(ctx)
  const frame: Frame = {
    language: chooseLanguage({
      uiLocales: new URLSearchParams(about.query).get('ui_locales') ?? undefined,
      cookie: request.cookie(languageCookie),
      acceptLanguage: request.header('accept-language'),
    }),
    brand: ctx.config.brand,
    basePath: ctx.config.basePath,
    csrf: csrfToken(ctx, browser),
    languageReturn: about.languageReturn,
  }
  const reply = html(render(frame), contentSecurityPolicy(ctx, about.redirectUri))
  return known ? reply : { ...reply, cookie: browserCookie(ctx, browser) }
}

/** A form that one of our pages posted, in the browser that the page was made for. */
export interface PagePost {
  readonly form: Form
  readonly browser: Browser
  /** The request that the page was about, as a query string. */
  readonly query: string
}

/** @throws OAuthError `forbidden` when another site sent it, or the page was not made for this browser */
export function readPagePost(ctx: Context, request: Request): PagePost {
  requireOwnPage(ctx, request)
  const form = readForm(request)
  const browser = findBrowser(ctx, request)
  if (!browser || !isCsrfToken(ctx, browser, form.get('csrf_token') ?? '')) {
    throw new OAuthError('forbidden', 'The form is not from a page of this browser. Go back to the application.', {
      reason: 'csrf_token_wrong',
      expected: "the csrf_token of the browser's cookie",
      received: browser ? 'another csrf_token' : 'no cookie',
    })
  }
  return { form, browser, query: form.get('request') ?? '' }
}

/** RFC 9700 §4.7: who makes a browser post is told by the browser itself. */
function requireOwnPage(ctx: Context, request: Request): void {
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  // Our pages send no referrer, so browsers send `Origin: null` with their forms: it says less than Sec-Fetch-Site.
  const isOwn =
    site === undefined
      ? isOwnOrigin(ctx, origin)
      : site === 'same-origin' && (isOwnOrigin(ctx, origin) || origin === 'null')
  if (isOwn) return
  throw new OAuthError('forbidden', 'The form was sent by another site.', {
    reason: 'cross_site_post',
    expected: 'Sec-Fetch-Site: same-origin',
    received: `Sec-Fetch-Site: ${site ?? 'none'}, Origin: ${origin ?? 'none'}`,
  })
}

function isOwnOrigin(ctx: Context, origin: string | undefined): boolean {
  return origin === undefined || origin === new URL(ctx.config.issuer).origin
}

function contentSecurityPolicy(ctx: Context, redirectUri: string | undefined): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    `img-src ${imageSources(ctx.config.brand)}`,
    "base-uri 'none'",
    `form-action 'self'${redirectUri === undefined ? '' : ` ${formTarget(redirectUri)}`}`,
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The scheme alone: the client may send the browser on to another host of its own. */
function formTarget(redirectUri: string): string {
  return redirectUri.slice(0, redirectUri.indexOf(':') + 1)
}
