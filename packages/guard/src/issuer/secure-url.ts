/** Where an issuer's documents may come from: https, or http on this very machine (RFC 8414 §2, RFC 8252 §8.3). */

/** @throws Error whose message tells what is wrong with the URL */
export function requireSecureUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('this is no absolute URL')
  const url = new URL(text)
  // RFC 8414 §2: issuer and endpoints use https. On a loopback address nobody listens in between.
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new Error('the URL must be https; http is for loopback addresses alone')
  }
  if (url.username !== '' || url.password !== '') throw new Error('the URL must not hold a user name or a password')
  return url
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(hostname)
}
