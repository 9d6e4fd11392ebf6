/** The URL of a port. */

/** The URL of a server that listens on `host`. For a wildcard address, that of loopback. */
export function urlOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const url = `http://${name}:${port}`
  // An issuer is a normalized URL, which omits port 80.
  return URL.canParse(url) ? new URL(url).origin : url
}
