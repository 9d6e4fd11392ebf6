/** Reads and writes cookies (RFC 6265). No other file does. */
import type { Cookie } from '../reply.ts'

/** A cookie of a request by its name. When the name was sent twice, somebody may have planted a cookie, and neither counts. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined
}

/**
 * The header that sets a cookie. Names begin with `__Host-`: browsers then require Secure and Path=/, and reject a cookie that another
 * host of the domain sets (RFC 6265bis §4.1.3.2).
 */
export function cookieHeader({ name, value, maxAge }: Cookie): Readonly<Record<string, string>> {
  return { 'set-cookie': `${name}=${value}; Path=/; Max-Age=${maxAge}; Secure; HttpOnly; SameSite=Lax` }
}
