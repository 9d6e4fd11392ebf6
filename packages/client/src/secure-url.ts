/** Which URLs may be trusted with a token, a code or a secret: https, and http that never leaves the machine. */

/** Whether nobody on the way can read what is sent there. */
export function isSecureUrl({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

function isLoopback(hostname: string): boolean {
  // RFC 8252 §8.3 and RFC 5735 §4. The URL parser has written every spelling of an IPv4 address as four numbers.
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}
