/** To which URLs a token, a code or a secret may be sent: https, and http that never leaves the machine. */

/**
 * Whether nobody on the way can read what is sent, or the operator accepts that for this host: `unsafeHttpHosts`. False for a URL with a user or password: `fetch` rejects it with an error that shows them.
 */
export function isSecureUrl(url: URL, httpHosts: readonly string[] = []): boolean {
  if (url.username || url.password) return false
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && (isLoopback(url) || httpHosts.includes(url.hostname)))
  )
}

/** Whether a request to this URL never leaves the machine. */
export function isLoopback({ hostname }: URL): boolean {
  // RFC 8252 §8.3 and RFC 5735 §4. The URL parser turns every spelling of an IPv4 address into four numbers.
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

/** Whether a value from outside is a secure URL without a fragment. */
export function isSecureAddress(value: unknown, httpHosts: readonly string[] = []): value is string {
  return isAbsoluteUrl(value) && isSecureUrl(new URL(value), httpHosts)
}

/** Whether a value from outside is an absolute URL without a fragment. */
export function isAbsoluteUrl(value: unknown): value is string {
  return typeof value === 'string' && URL.canParse(value) && !value.includes('#')
}
