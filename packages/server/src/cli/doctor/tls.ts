/** The TLS of the public URL: certificate, name, chain, dates and protocol versions. */
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { counted, type Finding, notesOf } from './finding.ts'
import { reasonOf, Unreachable } from './probe.ts'

export interface TlsFacts {
  readonly host: string
  /** The code of Node, such as `CERT_HAS_EXPIRED`; `undefined` when the certificate is trusted for the host. */
  readonly certificateError: string | undefined
  /** Seconds since the epoch. */
  readonly validUntil: number
  /** Such as `TLSv1.3`. */
  readonly protocol: string
  /** Whether the server also accepts TLS 1.0 or 1.1. */
  readonly acceptsOldVersions: boolean
}

const notes = notesOf('tls')
const timeoutMs = 10_000
const day = 86_400
/** Days. What renews certificates by itself has done so by then. */
const renewBefore = 21

/** @throws Unreachable when there is no TLS */
export async function readTls(host: string, port: number): Promise<TlsFacts> {
  const socket = await open(host, port, {})
  const { valid_to: validTo } = socket.getPeerCertificate()
  const error: unknown = socket.authorizationError
  const facts = {
    host,
    certificateError: socket.authorized ? undefined : String(error),
    validUntil: Date.parse(validTo) / 1000,
    protocol: socket.getProtocol() ?? 'unknown',
  }
  socket.destroy()
  // RFC 8996: they are deprecated. OpenSSL offers them only below its default security level.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  const acceptsOldVersions = await open(host, port, old).then(
    (accepted) => {
      accepted.destroy()
      return true
    },
    () => false,
  )
  return { ...facts, acceptsOldVersions }
}

function open(host: string, port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const name = host.replace(/^\[|\]$/g, '')
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, host: name, port, servername: serverNameOf(name), rejectUnauthorized: false })
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no response')))
    socket.once('secureConnect', () => resolve(socket))
    socket.once('error', (error) => reject(new Unreachable(reasonOf(error))))
  })
}

/** RFC 6066 §3: an address is no server name. */
function serverNameOf(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host
}

/** `now` in seconds since the epoch. */
export function checkTls(facts: TlsFacts, now: number): readonly Finding[] {
  const { host, certificateError, validUntil, protocol, acceptsOldVersions } = facts
  const findings: Finding[] = []
  const days = Math.floor((validUntil - now) / day)
  const until = Number.isNaN(validUntil) ? 'an unknown date' : new Date(validUntil * 1000).toISOString().slice(0, 10)
  if (days < 0) {
    findings.push(
      notes.problem(`The certificate expired on ${until}.`, 'Renew it, and let the proxy load the new one.'),
    )
  } else if (certificateError !== undefined) {
    findings.push(
      notes.problem(`The certificate is not trusted for ${host}: ${certificateError}.`, fixOf(certificateError)),
    )
  }
  if (days >= 0 && days < renewBefore) {
    findings.push(
      notes.warning(
        `The certificate expires in ${counted(days, 'day')}, on ${until}.`,
        'Check what renews it, such as: certbot renew --dry-run',
      ),
    )
  }
  if (acceptsOldVersions) {
    findings.push(
      notes.warning(
        'TLS 1.0 or 1.1 is accepted (RFC 8996).',
        'Allow TLS 1.2 and 1.3 alone; nginx: ssl_protocols TLSv1.2 TLSv1.3;',
      ),
    )
  }
  return findings.length > 0 ? findings : [notes.ok(`${protocol}, and a certificate for ${host} until ${until}.`)]
}

function fixOf(error: string): string {
  switch (error) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Get a certificate with the host of ISSUER among its names.'
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'Let the proxy send the intermediate certificates too (fullchain.pem). For an authority of your own: NODE_EXTRA_CA_CERTS=ca.pem'
    case 'CERT_NOT_YET_VALID':
      return 'Check the clock of this machine, or wait.'
    default:
      return 'Get a certificate of an authority that browsers trust. For an authority of your own: NODE_EXTRA_CA_CERTS=ca.pem'
  }
}
