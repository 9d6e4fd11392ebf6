/** Reads and writes cookies (RFC 6265): the only place of the web login that does. */

/** How the cookies of one web login are named and marked. */
export interface CookieSettings {
  /** What every name begins with, `__Host-` included where it applies. */
  readonly name: string
  /** Whether browsers shall send them over https only. False only on loopback. */
  readonly isSecure: boolean
}

/**
 * All cookies of a web login together take so many bytes in a request at most: Node reads 16 kB of headers, and refuses a request with more
 * (431), a log-out as well.
 */
export const roomForCookies = 12_000

/** What a cookie takes of it. */
export function sizeOf(name: string, value: string): number {
  return `${name}=${value}; `.length
}

/** Receives one `Set-Cookie` line, to be added to the answer to the browser. */
export type SetCookie = (line: string) => void

/**
 * `__Host-`: browsers insist on Secure and Path=/, and take none that another host of the domain has set (RFC 6265bis §4.1.3.2).
 * On http they would refuse such a cookie.
 */
export function cookieSettings(name: string, origin: string): CookieSettings {
  const isSecure = origin.startsWith('https:')
  return { name: isSecure ? `__Host-${name}` : name, isSecure }
}

/** The cookies of a request, by name. Of a name that came twice, neither counts: one of them was planted by somebody. */
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

/** The line that sets a cookie for so many seconds. */
export function cookieLine(settings: CookieSettings, name: string, value: string, maxAge: number): string {
  const secure = settings.isSecure ? '; Secure' : ''
  return `${name}=${value}; Path=/; Max-Age=${maxAge}${secure}; HttpOnly; SameSite=Lax`
}

/** The line that removes a cookie. */
export function cookieRemoval(settings: CookieSettings, name: string): string {
  return cookieLine(settings, name, '', 0)
}
