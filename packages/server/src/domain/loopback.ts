/** The hosts that are this machine. */

/** The hosts of RFC 8252 §7.3, in the one spelling that redirect URIs are compared with. */
export const loopbackHosts: readonly string[] = ['127.0.0.1', '[::1]', 'localhost']

/** Whether `host`, of a URL or of an address to listen on, reaches only this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d+){3}$/.test(host)
}
