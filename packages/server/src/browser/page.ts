/** Makes the response with a page: the frame, the cookie of a new browser, and the content security policy. */
import type { Context } from '../context.ts'
import { type Client, isPublic } from '../domain/client.ts'
import { webOrigins } from '../domain/redirect-uri.ts'
import { loadedSources } from '../pages/frame.ts'
import { chooseLanguage, type Language, languageCookie } from '../pages/language.ts'
import { hasForm, renderView, type View } from '../pages/view.ts'
import { html, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { browserCookie, csrfToken, findBrowser, newBrowser } from './browser.ts'
import type { PagePath, PageSubject } from './page-subject.ts'

export type { LoginProblem } from '../pages/view.ts'

export interface PageOptions {
  readonly subject: PageSubject
  /** The page's own path, which a language switch returns to. */
  readonly path: PagePath
  /** Where the form's response ends up, if outside of this server: browsers apply `form-action` to redirects as well. */
  readonly redirectUri?: string | undefined
  /** The client that asked for the page. */
  readonly client?: Client | undefined
  /** The client's logo, where the page shows it. */
  readonly clientLogoUri?: string | undefined
  /** The language that the user has just chosen. @default what the request says */
  readonly language?: Language | undefined
}

/** The page for the browser of this request. A browser without a cookie gets one. */
export function page(ctx: Context, request: Request, options: PageOptions, view: View): Reply {
  const { subject, path, client } = options
  const known = findBrowser(ctx, request)
  const browser = known ?? newBrowser(ctx)
  const frame = {
    language:
      options.language ??
      chooseLanguage({
        uiLocales: new URLSearchParams(subject.query).get('ui_locales') ?? undefined,
        cookie: request.cookie(languageCookie),
        acceptLanguage: request.header('accept-language'),
      }),
    brand: ctx.config.brand,
    basePath: ctx.config.basePath,
    csrf: csrfToken(ctx, browser),
    languageReturn: `${path}?${subject.query}`,
  }
  const plain = html(renderView(frame, view), contentSecurityPolicy(ctx, options, hasForm(view)))
  const reply = client && mayOpenWindows(client) ? { ...plain, headers: { ...plain.headers, ...keptOpener } } : plain
  return known ? reply : { ...reply, cookies: [browserCookie(ctx, browser)] }
}

/** The client's script waits in the window that opened this one, for the response of the last page. */
const keptOpener = { 'cross-origin-opener-policy': 'unsafe-none' }

/** Whether the client may have opened the page in a window of its own (OIDC Core §3.1.2.1, `display=popup`): one that runs in browsers. */
function mayOpenWindows(client: Client): boolean {
  return isPublic(client) && webOrigins(client).length > 0
}

function contentSecurityPolicy(ctx: Context, { redirectUri, clientLogoUri }: PageOptions, hasScript: boolean): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    ...(hasScript ? ["script-src 'self'"] : []),
    loadedSources(ctx.config.brand, clientLogoUri),
    "base-uri 'none'",
    `form-action 'self'${redirectUri === undefined ? '' : ` ${schemeOf(redirectUri)}`}`,
    "frame-ancestors 'none'",
  ].join('; ')
}

/** The scheme alone: the client may redirect the browser to another host of its own. */
function schemeOf(redirectUri: string): string {
  return redirectUri.slice(0, redirectUri.indexOf(':') + 1)
}
