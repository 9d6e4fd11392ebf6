/** Certificates for servers of tests, made by OpenSSL. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The paths of the server's files, and the authority in PEM. */
export interface ServerCertificate {
  readonly certificate: string
  readonly key: string
  readonly authority: string
}

/** A certificate for 127.0.0.1, by a new authority, valid for so many days. The files are in `folder`. */
export function makeCertificate(folder: string, name: string, days = 2): ServerCertificate {
  const path = (file: string) => join(folder, `${name}-${file}`)
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = ['-keyout', path('ca.key'), '-out', path('ca.pem'), '-subj', `/CN=${name} authority`]
  openssl('req', '-x509', ...newKey, ...authority, '-days', String(days))
  openssl('req', ...newKey, '-keyout', path('server.key'), '-out', path('server.csr'), '-subj', '/CN=server')
  writeFileSync(path('server.ext'), 'subjectAltName=IP:127.0.0.1\n')
  const signing = ['-CA', path('ca.pem'), '-CAkey', path('ca.key'), '-CAcreateserial', '-extfile', path('server.ext')]
  openssl('x509', '-req', '-in', path('server.csr'), '-out', path('server.pem'), ...signing, '-days', String(days))
  return {
    certificate: path('server.pem'),
    key: path('server.key'),
    authority: readFileSync(path('ca.pem'), 'utf8'),
  }
}
