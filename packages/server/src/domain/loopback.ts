/** Which hosts are this machine. */

/** The hosts of RFC 8252 §7.3, as they stand in a redirect URI: written in no other way, so that they can be compared. */
export const loopbackHosts: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** Whether only this machine is reached by `host`, the host of a URL or an address to listen on. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
