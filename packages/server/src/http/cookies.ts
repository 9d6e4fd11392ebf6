/** Reads and writes cookies (RFC 6265). No other file does. */
import type { Config } from '../config/options.ts'
import type { Cookie } from '../reply.ts'

type Issuer = Pick<Config, 'issuer'>

/** A cookie of a request by its name. When the name was sent twice, somebody may have planted a cookie, and neither counts. */
export function readCookie(issuer: Issuer, header: string | undefined, name: string): string | undefined {
  const sent = `${nameOf(issuer, name)}=`
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(sent))
  return values.length === 1 ? values[0]?.slice(sent.length) : undefined
}

/** The value of the header that sets a cookie. */
export function cookieLine(issuer: Issuer, { name, value, maxAge }: Cookie): string {
  const secure = isHttps(issuer) ? ' Secure;' : ''
  return `${nameOf(issuer, name)}=${value}; Path=/; Max-Age=${maxAge};${secure} HttpOnly; SameSite=Lax`
}

/** The header for Node, which sends it once for each line. */
export function cookieHeader(lines: readonly string[]): { readonly 'set-cookie': string[] } {
  return { 'set-cookie': [...lines] }
}

/** The same for a web-standard response. */
export function appendCookies(headers: Headers, lines: readonly string[]): void {
  for (const line of lines) headers.append('set-cookie', line)
}

/**
 * With `__Host-`, browsers require Secure and Path=/, and reject a cookie that another host of the domain sets (RFC 6265bis §4.1.3.2). On
 * http, where only development is, Safari drops such a cookie also from a loopback host.
 */
function nameOf(issuer: Issuer, name: string): string {
  return isHttps(issuer) ? `__Host-${name}` : name
}

function isHttps({ issuer }: Issuer): boolean {
  return issuer.startsWith('https:')
}
