/** How connections to a server are made: the options of it, read once. */
import { isIP } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { isLoopback } from '../../../domain/loopback.ts'
import type { LdapDirectoryOptions } from '../ldap-options.ts'

export interface LdapServer {
  readonly url: string
  readonly transport: 'tls' | 'start-tls' | 'clear-text'
  readonly isLoopback: boolean
  readonly tls: ConnectionOptions
  /** `undefined`: searches are anonymous. */
  readonly account: { readonly dn: string; readonly password: string } | undefined
}

export function serverOf(options: LdapDirectoryOptions): LdapServer {
  const { url, ca, unsafeAnyCertificate = false, bindDn, bindPassword } = options
  const { protocol, hostname } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const { startTls = !isLoopback(host) } = options
  return {
    url,
    transport: protocol === 'ldaps:' ? 'tls' : startTls ? 'start-tls' : 'clear-text',
    isLoopback: isLoopback(host),
    // RFC 4513 §3.1.3: the client MUST check that the certificate is the server's. Node takes the name from `host`.
    tls: {
      host,
      ...(isIP(host) === 0 && { servername: host }),
      rejectUnauthorized: !unsafeAnyCertificate,
      ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    },
    account: bindDn === undefined || bindPassword === undefined ? undefined : { dn: bindDn, password: bindPassword },
  }
}
