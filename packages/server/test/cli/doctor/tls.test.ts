/** `countersign doctor` and TLS: certificates, and old versions of the protocol. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { setDefaultCACertificates } from 'node:tls'
import { checkTls, readTls } from '../../../src/cli/doctor/tls.ts'
import { systemClock } from '../../../src/environment.ts'
import { makeCertificate } from '../../support/certificates.ts'
import { certificate, examine, folder, start, trusted, wrong } from '../../support/doctor.ts'
import { startProxy } from '../../support/proxy.ts'

const day = 86_400

test('Q17 the certificate: its dates, its name and its authority', async (t) => {
  const files = makeCertificate(folder, 'short', 2)
  setDefaultCACertificates([...trusted, certificate.authority, files.authority])
  t.after(() => setDefaultCACertificates([...trusted, certificate.authority]))
  const { proxy, target } = await start(t, {}, files)
  assert.deepEqual(wrong(await examine(target, 'tls')), [
    `tls: The certificate expires in 1 day, on ${lastDayOf(files.certificate)}.`,
  ])

  const port = Number(new URL(proxy.origin).port)
  const facts = await readTls('127.0.0.1', port)
  assert.match(wrong(checkTls(facts, systemClock() + 3 * day))[0] ?? '', /^tls: The certificate expired on /)
  const named = await readTls('localhost', port)
  assert.match(
    wrong(checkTls(named, systemClock()))[0] ?? '',
    /not trusted for localhost: ERR_TLS_CERT_ALTNAME_INVALID/,
  )
  setDefaultCACertificates(trusted)
  const unknown = await readTls('127.0.0.1', port)
  assert.match(wrong(checkTls(unknown, systemClock()))[0] ?? '', /not trusted for 127\.0\.0\.1: /)
})

function lastDayOf(file: string): string {
  return new Date(new X509Certificate(readFileSync(file)).validTo).toISOString().slice(0, 10)
}

test('Q17 TLS 1.0 and 1.1 are found', async (t) => {
  const proxy = await startProxy(t, certificate, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })
  const facts = await readTls('127.0.0.1', Number(new URL(proxy.origin).port))
  assert.deepEqual(wrong(checkTls(facts, systemClock())), ['tls: TLS 1.0 or 1.1 is accepted (RFC 8996).'])
})
