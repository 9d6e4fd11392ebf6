/** A deployment behind a proxy with TLS, and what `countersign doctor` finds of it. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { chooseClient, clientOrigin } from '../../src/cli/doctor/client.ts'
import type { Finding } from '../../src/cli/doctor/finding.ts'
import { outsideSteps, reach, type Target } from '../../src/cli/doctor/outside.ts'
import { runSteps } from '../../src/cli/doctor/steps.ts'
import { systemRandom } from '../../src/environment.ts'
import { makeCertificate, type ServerCertificate } from './certificates.ts'
import { type ProxiedResponse, startProxy, type TlsProxy } from './proxy.ts'
import type { Scope } from './scope.ts'
import { openPort, type ServerOptions, startServer, type TestServer } from './server.ts'

const spa = {
  client_id: 'spa',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://spa.example.com/cb'],
} as const

/** For the certificates of this test. */
export const folder: string = mkdtempSync(join(tmpdir(), 'countersign-doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))
export const certificate: ServerCertificate = makeCertificate(folder, 'proxy', 90)
export const trusted: string[] = getCACertificates('default')
setDefaultCACertificates([...trusted, certificate.authority])
after(() => setDefaultCACertificates(trusted))

export interface Started {
  readonly proxy: TlsProxy
  readonly target: Target
  readonly server: TestServer
}

/** A server behind a proxy on loopback, and what `doctor` knows of it. `path` is that of the issuer. */
export async function start(
  scope: Scope,
  { path = '', ...options }: ServerOptions & { readonly path?: string } = {},
  files: ServerCertificate = certificate,
): Promise<Started> {
  const proxy = await startProxy(scope, files)
  const issuer = `${proxy.origin}${path}`
  const server = await startServer(scope, { issuer, trustedProxies: ['127.0.0.1'], clients: [spa], ...options })
  const { port } = await openPort(scope, server)
  proxy.target = port
  const { config, store } = server.server.context
  const clients = [...config.clients.values()].map(({ client }) => client)
  const target: Target = {
    issuer,
    configured: config.issuer,
    client: chooseClient(clients, {}),
    clientOrigin: clientOrigin(clients),
    credentials: undefined,
    store,
    trustedProxies: config.trustedProxies,
    metricsPath: config.metricsPath,
    random: systemRandom,
  }
  return { proxy, target, server }
}

/** All checks, or only that one: each of their requests is a TLS handshake. */
export async function examine(target: Target, only?: string): Promise<readonly Finding[]> {
  const { findings, first } = await reach(target)
  if (first === undefined) return findings
  const steps = outsideSteps(target, first).filter(({ name }) => only === undefined || name === only)
  return [...findings, ...(await runSteps('', steps, { atOnce: true }))]
}

/** The problems and warnings, as `check: message`. */
export function wrong(findings: readonly Finding[]): readonly string[] {
  const found = findings.filter(({ severity }) => severity === 'problem' || severity === 'warning')
  for (const { fix } of found) assert.ok(fix)
  return found.map(({ check, message }) => `${check}: ${message}`)
}

/** What a proxy answers by itself. */
export function page(status: number, body = '<h1>proxy</h1>'): ProxiedResponse {
  return { status, headers: { 'content-type': 'text/html' }, body }
}
