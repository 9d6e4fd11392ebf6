/** Which URLs may be trusted with a token, a code or a secret: https, and http that never leaves the machine. */

/** Whether nobody on the way can read what is sent there. A URL with a user or password in it is none: `fetch` refuses it, and tells it. */
export function isSecureUrl(url: URL): boolean {
  if (url.username || url.password) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

/** Whether it never leaves the machine. */
export function isLoopback({ hostname }: URL): boolean {
  // RFC 8252 §8.3 and RFC 5735 §4. The URL parser has written every spelling of an IPv4 address as four numbers.
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

/** The same of a value from outside, which must have no fragment. */
export function isSecureAddress(value: unknown): value is string {
  return isAbsoluteUrl(value) && isSecureUrl(new URL(value))
}

/** Whether it is an absolute URL without a fragment. */
export function isAbsoluteUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && !value.includes('#')
}
