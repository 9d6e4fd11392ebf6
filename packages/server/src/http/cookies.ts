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

/** The header that sets a cookie. */
export function cookieHeader(issuer: Issuer, { name, value, maxAge }: Cookie): Readonly<Record<string, string>> {
  const secure = isHttps(issuer) ? ' Secure;' : ''
  return {
    'set-cookie': `${nameOf(issuer, name)}=${value}; Path=/; Max-Age=${maxAge};${secure} HttpOnly; SameSite=Lax`,
  }
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
