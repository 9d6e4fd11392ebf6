/** Reads and writes cookies (RFC 6265). No other file of the web login does. */

/** How the cookies of one web login are named and marked. */
export interface CookieSettings {
  /** The beginning of every name, with `__Host-` where it applies. */
  readonly name: string
  /** Whether browsers send them over https only. False only in development. */
  readonly isSecure: boolean
}

/**
 * How many bytes all cookies of a web login may take in a request. Node reads 16 kB of headers, and rejects a request with more (431), even
 * a logout.
 */
export const roomForCookies = 12_000

/** How much of it a cookie takes. */
export function sizeOf(name: string, value: string): number {
  return `${name}=${value}; `.length
}

/** Receives one `Set-Cookie` line for the response to the browser. */
export type SetCookie = (line: string) => void

/**
 * With `__Host-`, browsers require Secure and Path=/, and ignore cookies that another host of the domain has set (RFC 6265bis
 * §4.1.3.2). On http they reject such a cookie.
 */
export function cookieSettings(name: string, origin: string): CookieSettings {
  const isSecure = origin.startsWith('https:')
  return { name: isSecure ? `__Host-${name}` : name, isSecure }
}

/** The cookies of a request, by name. If a name occurs twice, both are ignored: an attacker may have planted one of them. */
export function readCookies(request: Request): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>()
  const repeated = new Set<string>()
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [name = '', ...rest] = pair.trim().split('=')
    if (cookies.has(name)) repeated.add(name)
    cookies.set(name, rest.join('='))
  }
  for (const name of repeated) cookies.delete(name)
  return cookies
}

/** The line that sets a cookie for `maxAge` seconds. */
export function cookieLine(settings: CookieSettings, name: string, value: string, maxAge: number): string {
  const secure = settings.isSecure ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${maxAge}${secure}; HttpOnly; SameSite=Lax`
}

/** The line that removes a cookie. */
export function cookieRemoval(settings: CookieSettings, name: string): string {
  return cookieLine(settings, name, '', 0)
}
