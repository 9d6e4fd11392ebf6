/** The files of deploy/ fit this version: its settings, paths and metrics. nginx runs with its file, and doctor looks through it. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { readTls } from '../../packages/server/src/cli/doctor/tls.ts'
import { shutdownDelay } from '../../packages/server/src/cli/open-server.ts'
import { variableNames } from '../../packages/server/src/cli/variables.ts'
import { endLimitsMs } from '../../packages/server/src/cli/workers/worker-process.ts'
import { makeCertificate } from '../../packages/server/test/support/certificates.ts'
import { startServer } from '../../packages/server/test/support/server.ts'
import { freePort } from '../support/free-port.ts'
import { skipWithout } from '../support/missing-tool.ts'
import { howToGetNginx, startNginxWith } from '../support/nginx.ts'
import { runCommand, startCommand, temporaryFolder } from '../support/process.ts'

const folder = fileURLToPath(new URL('../../deploy', import.meta.url))
const read = (path: string) => readFileSync(join(folder, path), 'utf8')
const inFolder = (pattern: string) => globSync(pattern, { cwd: folder }).toSorted()

type Json = { readonly [name: string]: Json } & readonly Json[] & string

/** The documents of a file. YAML has no types: a member that is missing fails the test that reads it. */
function documents(path: string): readonly Json[] {
  return parseAllDocuments(read(path), { merge: true }).map((document) => {
    assert.deepEqual([document.errors, document.warnings], [[], []], path)
    return document.toJS()
  })
}

/** Names of Countersign and of those around it, such as `POSTGRES_USER`. */
const others = /^(?:POSTGRES_\w+|DOMAIN|NODE_ENV)$/

const kubernetes = inFolder('kubernetes/*.yaml').filter((path) => !path.endsWith('kustomization.yaml'))

test('every file of YAML and JSON can be read', () => {
  for (const path of inFolder('**/*.yaml')) assert.ok(documents(path).length > 0, path)
  for (const path of inFolder('**/*.json')) JSON.parse(read(path))
})

test('every variable is one that the command reads', () => {
  const [compose] = documents('compose/compose.yaml')
  const config = kubernetes.flatMap(documents).find(({ metadata }) => metadata?.['name'] === 'countersign')
  const service = [...read('systemd/countersign.service').matchAll(/\b([A-Z][A-Z_]+)=/g)].map(([, name = '']) => name)
  const names = [
    ...Object.values(compose?.['services'] ?? {}).flatMap(({ environment }) => Object.keys(environment ?? {})),
    ...Object.keys(config?.['data'] ?? {}),
    ...service,
    ...[...read('README.md').matchAll(/^(?:> )?([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name),
  ]
  assert.ok(names.length > 15)
  assert.deepEqual(
    names.filter((name) => !variableNames.includes(name) && !others.test(name)),
    [],
  )
})

test('Kubernetes: what is applied is there, is one deployment for its service, and probes paths of the server', async (t) => {
  const [kustomization] = documents('kubernetes/kustomization.yaml')
  assert.deepEqual(
    [...(kustomization?.['resources'] ?? [])].toSorted(),
    kubernetes.map((path) => basename(path)),
  )
  const of = (kind: string) => kubernetes.flatMap(documents).find((document) => document['kind'] === kind)
  const pod = of('Deployment')?.['spec']?.['template']
  for (const selector of [
    of('Deployment')?.['spec']?.['selector']?.['matchLabels'],
    of('PodDisruptionBudget')?.['spec']?.['selector']?.['matchLabels'],
    of('Service')?.['spec']?.['selector'],
  ]) {
    assert.deepEqual(selector, pod?.['metadata']?.['labels'])
  }
  const server = await startServer(t)
  const [container] = pod?.['spec']?.['containers'] ?? []
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const path = container?.[probe]?.['httpGet']?.['path'] ?? ''
    assert.equal((await server.get(path)).status, 200, probe)
  }
})

test('R21 what supervises the server waits longer than a stop may take', () => {
  const longest = shutdownDelay + endLimitsMs.stop / 1000
  const [compose] = documents('compose/compose.yaml')
  const deployment = kubernetes.flatMap(documents).find(({ kind }) => kind === 'Deployment')
  const waits = {
    compose: Number.parseInt(compose?.['services']?.['server']?.['stop_grace_period'] ?? '', 10),
    kubernetes: Number(deployment?.['spec']?.['template']?.['spec']?.['terminationGracePeriodSeconds']),
    systemd: Number(read('systemd/countersign.service').match(/^TimeoutStopSec=(\d+)$/m)?.[1]),
  }
  for (const [name, seconds] of Object.entries(waits)) assert.ok(seconds > longest, `${name}: ${seconds}`)
})

test('the dashboard and the alerts use metrics that a server has', async (t) => {
  const server = await startServer(t, { database: 'postgres', metricsPath: '/metrics' })
  // It counts what has happened.
  const there = (await (await server.get('/metrics')).text()).match(/^# TYPE \S+/gm) ?? []
  const known = new Set(there.map((line) => line.slice('# TYPE '.length)))
  const text = inFolder('monitoring/*').map(read).join('\n')
  const used = new Set(text.match(/\b(?:countersign|process|nodejs)_[a-z0-9_]+/g))
  assert.ok(used.size > 12)
  assert.deepEqual(
    [...used].filter((name) => !known.has(name.replace(/_(?:bucket|count|sum)$/, '')) && !known.has(name)),
    [],
  )
})

interface Nginx {
  /** Its URL, with TLS. */
  readonly issuer: string
  readonly port: number
  /** Its port without TLS. */
  readonly plain: number
  /** Where it looks for the server. */
  readonly upstream: number
  readonly home: string
}

/** nginx with its file: other are only ports, names and paths. `undefined` without an nginx: `howToGetNginx`. */
async function startNginxOfDeploy(t: TestContext): Promise<Nginx | undefined> {
  const [port, upstream, plain] = [await freePort(), await freePort(), await freePort()]
  const home = temporaryFolder(t)
  const { certificate, key, authority } = makeCertificate(home, 'nginx', 90)
  assert.match(authority, /BEGIN CERTIFICATE/)
  const http = read('nginx/countersign.conf')
    .replaceAll('127.0.0.1:8000', `127.0.0.1:${upstream}`)
    .replace(/\b443\b/, `127.0.0.1:${port}`)
    .replace(/\b80\b/, `127.0.0.1:${plain}`)
    .replaceAll('login.example.com;', '127.0.0.1;')
    .replace(/ssl_certificate .*/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*/, `ssl_certificate_key ${key};`)
    .replace('/var/log/nginx', home)
  if (!(await startNginxWith(t, port, http))) return undefined
  return { issuer: `https://127.0.0.1:${port}`, port, plain, upstream, home }
}

test('behind nginx with its file, doctor finds nothing wrong from outside', async (t) => {
  const nginx = await startNginxOfDeploy(t)
  if (nginx === undefined) return skipWithout(t, howToGetNginx)
  const { issuer, upstream, home } = nginx
  const environment = {
    DATA_DIR: home,
    SECRET_KEY: 'deploy-0123456789abcdefghijklmnopqrstuvwxyz',
    ISSUER: issuer,
    PORT: String(upstream),
    TRUSTED_PROXIES: '127.0.0.1',
    NODE_EXTRA_CA_CERTS: join(home, 'nginx-ca.pem'),
  }
  assert.equal((await runCommand(['migrate'], environment)).code, 0)
  const client = ['clients', 'add', 'app', '--public', '--redirect-uri', 'https://app.example.com/callback']
  assert.equal((await runCommand(client, environment)).code, 0)
  await startCommand(t, ['serve'], environment)

  const { stdout } = await runCommand(['doctor', issuer, '--json'], environment, '', home)
  const findings: readonly { check: string; severity: string; message: string }[] = JSON.parse(stdout)
  const problems = findings.filter(({ severity, message }) => severity === 'problem' && !/^SQLite's file/.test(message))
  assert.deepEqual(problems, [])
  const page = findings.filter(({ check }) => check === 'login-page')
  assert.deepEqual(
    page.map(({ severity }) => severity),
    ['ok'],
    page[0]?.message ?? '',
  )
  const log = readFileSync(join(home, 'countersign.log'), 'utf8')
  assert.match(log, /"GET \/\.well-known\/openid-configuration" 200/)
  assert.ok(!log.includes('?'), log)
})

test('Q17 nginx with its file refuses TLS 1.0 and 1.1, and forwards nothing that comes without TLS', async (t) => {
  const nginx = await startNginxOfDeploy(t)
  if (nginx === undefined) return skipWithout(t, howToGetNginx)
  const { protocol, acceptsOldVersions } = await readTls('127.0.0.1', nginx.port)
  assert.deepEqual([protocol, acceptsOldVersions], ['TLSv1.3', false])

  let forwarded = 0
  const server = createServer((_, outgoing) => {
    forwarded++
    outgoing.end()
  })
  await new Promise<void>((resolve) => server.listen(nginx.upstream, '127.0.0.1', resolve))
  t.after(() => server.close())
  const body = new URLSearchParams({ username: 'tim', password: 'tim1234' })
  const response = await fetch(`http://127.0.0.1:${nginx.plain}/token?x`, { method: 'POST', body, redirect: 'manual' })
  assert.deepEqual([response.status, response.headers.get('location')], [308, 'https://127.0.0.1/token?x'])
  assert.equal(forwarded, 0)
})
