/** The addresses that an issuer's documents may come from: https, or http on a loopback address (RFC 8414 §2, RFC 8252 §8.3). */

/**
 * @param httpHosts further hosts that may be reached by http: `unsafeHttpHosts` of the guard
 * @throws Error whose message says what is wrong with the URL
 */
export function requireSecureUrl(text: string, httpHosts: readonly string[] = []): URL {
  if (!URL.canParse(text)) throw new Error('this is not an absolute URL')
  const url = new URL(text)
  // RFC 8414 §2: issuer and endpoints use https. Loopback traffic does not leave the machine.
  const mayUseHttp = isLoopback(url.hostname) || httpHosts.includes(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && mayUseHttp)) {
    throw new Error('the URL must be https; http is only for loopback addresses and hosts in unsafeHttpHosts')
  }
  if (url.username !== '' || url.password !== '') throw new Error('the URL must not contain a username or a password')
  return url
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname)
}
