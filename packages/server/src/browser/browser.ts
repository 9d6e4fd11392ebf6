/**
 * The browser that a request came from, known by a cookie. It gets one with its first page and a new one at each login, so that
 * a cookie planted before is worth nothing (OWASP ASVS 7.2.4). The database stores only the hash.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Context } from '../context.ts'
import type { Cookie } from '../reply.ts'
import type { Request } from '../request.ts'
import { hashToken, randomToken } from '../tokens/random-token.ts'

export interface Browser {
  readonly token: string
  readonly hash: string
}

/**
 * The cookie is sent to the whole host (RFC 6265bis §4.1.3.2), which issuers with paths share. Each of them has its own name, so that
 * they do not overwrite each other's cookie.
 */
export function cookieName({ config: { basePath } }: Context): string {
  if (basePath === '') return 'countersign'
  return `countersign-${createHash('sha256').update(basePath).digest('hex').slice(0, 16)}`
}

export function findBrowser(ctx: Context, request: Request): Browser | undefined {
  const token = request.cookie(cookieName(ctx))
  return token !== undefined && /^[A-Za-z0-9_-]{43}$/.test(token) ? { token, hash: hashToken(token) } : undefined
}

export function newBrowser(ctx: Context): Browser {
  const token = randomToken(ctx.random, '')
  return { token, hash: hashToken(token) }
}

export function browserCookie(ctx: Context, browser: Browser): Cookie {
  return { name: cookieName(ctx), value: browser.token, maxAge: ctx.config.sessionLifetime }
}

/** Removes the cookie. */
export function expiredBrowserCookie(ctx: Context): Cookie {
  return { name: cookieName(ctx), value: '', maxAge: 0 }
}

/** Part of every form. Another site reads neither the cookie nor the page, so its form cannot have it. */
export function csrfToken(ctx: Context, browser: Browser): string {
  const key = new Uint8Array(hkdfSync('sha256', ctx.config.secretKey, '', 'countersign: forms', 32))
  return createHmac('sha256', key).update(browser.token).digest('base64url')
}

export function isCsrfToken(ctx: Context, browser: Browser, presented: string): boolean {
  const expected = Buffer.from(csrfToken(ctx, browser))
  const received = Buffer.from(presented)
  return expected.length === received.length && timingSafeEqual(expected, received)
}
