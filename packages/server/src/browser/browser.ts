/**
 * The browser a request came from, known by a cookie. It gets one with the first page and another at each log-in, so that
 * nobody can plant one beforehand (OWASP ASVS 7.2.4); the database knows only its hash.
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
 * Issuers with paths share a host, and a `__Host-` cookie is sent to all of it (RFC 6265bis §4.1.3.2): each has a name of its own, so
 * that none takes another's away.
 */
function cookieName({ config: { basePath } }: Context): string {
  if (basePath === '') return '__Host-countersign'
  return `__Host-countersign-${createHash('sha256').update(basePath).digest('hex').slice(0, 16)}`
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

/** Takes the cookie away. */
export function forgottenBrowser(ctx: Context): Cookie {
  return { name: cookieName(ctx), value: '', maxAge: 0 }
}

/** What every form of a browser carries: another site's form can't, since it reads neither the cookie nor the page. */
export function csrfToken(ctx: Context, browser: Browser): string {
  const key = new Uint8Array(hkdfSync('sha256', ctx.config.secretKey, '', 'countersign: forms', 32))
  return createHmac('sha256', key).update(browser.token).digest('base64url')
}

export function isCsrfToken(ctx: Context, browser: Browser, presented: string): boolean {
  const expected = Buffer.from(csrfToken(ctx, browser))
  const received = Buffer.from(presented)
  return expected.length === received.length && timingSafeEqual(expected, received)
}
