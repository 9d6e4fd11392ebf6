/** The URL of a port. */

/** The URL of a server that listens on `host`. For a wildcard address, that of loopback. */
export function urlOf(host: string, port: number): string {
  const address = addressOf(host)
  const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`
  // An issuer is a normalized URL, which omits port 80.
  return URL.canParse(url) ? new URL(url).origin : url
}

/** Where a server that listens on `host` is reached on this machine. */
export function addressOf(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}
