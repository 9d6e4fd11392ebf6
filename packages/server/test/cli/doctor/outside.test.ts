/** `countersign doctor` through a proxy with TLS: a deployment without faults is clean, and each fault is found by its check. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { chooseClient, clientOrigin } from '../../../src/cli/doctor/client.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { tryLogin } from '../../../src/cli/doctor/login.ts'
import { outsideSteps, reach, type Target } from '../../../src/cli/doctor/outside.ts'
import { Unreachable } from '../../../src/cli/doctor/probe.ts'
import { runSteps } from '../../../src/cli/doctor/steps.ts'
import { checkTls, readTls } from '../../../src/cli/doctor/tls.ts'
import { systemClock, systemRandom } from '../../../src/environment.ts'
import { makeCertificate, type ServerCertificate } from '../../support/certificates.ts'
import { freshStore } from '../../support/databases.ts'
import { tim } from '../../support/people.ts'
import { type Fault, type ProxiedResponse, startProxy, type TlsProxy } from '../../support/proxy.ts'
import type { Scope } from '../../support/scope.ts'
import { openPort, type ServerOptions, startServer, type TestServer } from '../../support/server.ts'

const day = 86_400

const spa = {
  client_id: 'spa',
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://spa.example.com/cb'],
} as const

const folder = mkdtempSync(join(tmpdir(), 'countersign-doctor-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const certificate = makeCertificate(folder, 'proxy', 90)
const trusted = getCACertificates('default')
setDefaultCACertificates([...trusted, certificate.authority])
after(() => setDefaultCACertificates(trusted))

interface Started {
  readonly proxy: TlsProxy
  readonly target: Target
  readonly server: TestServer
}

/** A server behind a proxy on loopback, and what `doctor` knows of it. `path` is that of the issuer. */
async function start(
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
    random: systemRandom,
  }
  return { proxy, target, server }
}

/** All checks, or only that one: each of their requests is a TLS handshake. */
async function examine(target: Target, only?: string): Promise<readonly Finding[]> {
  const { findings, first } = await reach(target)
  if (first === undefined) return findings
  const steps = outsideSteps(target, first).filter(({ name }) => only === undefined || name === only)
  return [...findings, ...(await runSteps('', steps))]
}

/** The problems and warnings, as `check: message`. */
function wrong(findings: readonly Finding[]): readonly string[] {
  const found = findings.filter(({ severity }) => severity === 'problem' || severity === 'warning')
  for (const { fix } of found) assert.ok(fix)
  return found.map(({ check, message }) => `${check}: ${message}`)
}

const shared = await start({ after })

test('a deployment without faults is clean, and only what was not given is not tried', async () => {
  const findings = await examine(shared.target)
  assert.deepEqual(wrong(findings), [])
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'skipped').map(({ check }) => check),
    ['https', 'login'],
  )
  assert.match(findings.find(({ check }) => check === 'address')?.message ?? '', /reaches the server/)
})

test('a deployment under a path is clean, and a root that the proxy does not forward is found', async (t) => {
  const { proxy, target } = await start(t, { path: '/auth' })
  assert.deepEqual(wrong(await examine(target)), [])
  proxy.fault = { answer: ({ path }) => (path.startsWith('/auth') ? undefined : page(404)) }
  assert.match(
    wrong(await examine(target))[0] ?? '',
    /^discovery: .*\/\.well-known\/oauth-authorization-server\/auth has status 404/,
  )
})

/** Each response has this value, or not the header at all. */
function overwriting(name: string, value: (path: string) => string | undefined): Fault {
  return {
    response: ({ headers }, { path }) => {
      const given = value(path)
      if (given === undefined) delete headers[name]
      else headers[name] = given
    },
  }
}

function page(status: number, body = '<h1>proxy</h1>') {
  return { status, headers: { 'content-type': 'text/html' }, body }
}

const isPost = (path: string, method: string, of: string) => method === 'POST' && path === of

const kept = new Map<string, ProxiedResponse>()

/** What must be found, by the start of the finding. */
const faults: readonly { readonly name: string; readonly finds: RegExp; readonly fault: Fault }[] = [
  {
    name: 'a cache that ignores no-store',
    finds: /^proxy: A cache answers/,
    fault: {
      answer: ({ method, path }) => (method === 'GET' ? kept.get(path) : undefined),
      response: (response, { path }) => {
        kept.set(path, { ...response })
      },
    },
  },
  {
    name: 'errors of the proxy in place of ours',
    finds: /^proxy: GET \/users\/me without a token/,
    fault: {
      response: (response) => {
        if (response.status === 401) response.body = '<h1>401</h1>'
      },
    },
  },
  {
    name: 'no x-request-id',
    finds: /^proxy: Responses have no x-request-id/,
    fault: overwriting('x-request-id', () => undefined),
  },
  {
    name: 'X-Forwarded-Host of a client in links',
    finds: /^proxy: With X-Forwarded-Host/,
    fault: {
      response: (response, { headers }) => {
        const host = headers['x-forwarded-host']
        if (typeof host === 'string') response.body = response.body.replaceAll(/127\.0\.0\.1:\d+/g, host)
      },
    },
  },
  {
    name: 'CORS for everybody',
    finds: /^cors: Scripts of https:\/\/doctor\.invalid.*may read the response of \/token/,
    fault: overwriting('access-control-allow-origin', () => '*'),
  },
  {
    name: 'CORS for everybody where a request succeeds',
    finds: /^cors: Scripts of https:\/\/doctor\.invalid.*may read the response of \/healthz/,
    fault: {
      response: ({ status, headers }) => {
        if (status === 200) headers['access-control-allow-origin'] = '*'
      },
    },
  },
  {
    name: 'no OPTIONS',
    finds: /^cors: Scripts of https:\/\/spa\.example\.com.*cannot use \/token: the preflight has status 405/,
    fault: { answer: ({ method }) => (method === 'OPTIONS' ? page(405) : undefined) },
  },
  {
    name: 'POST /token redirected',
    finds: /^token: POST \/token is redirected to https:\/\/elsewhere/,
    fault: {
      answer: ({ method, path }) =>
        isPost(path, method, '/token')
          ? { ...page(301), headers: { location: 'https://elsewhere.example' } }
          : undefined,
    },
  },
  {
    name: 'posts without their bodies',
    finds: /^token: POST \/token responds with 400 invalid_request/,
    fault: {
      request: (request) => {
        request.body = ''
        request.headers['content-length'] = '0'
      },
    },
  },
  {
    name: 'tokens that may be cached',
    finds: /^token: Responses of \/token have no Cache-Control/,
    fault: overwriting('cache-control', (path) => (path === '/token' ? undefined : 'no-store')),
  },
  {
    name: 'cookies that do not leave',
    finds: /^login-page: The login page sets no cookie/,
    fault: overwriting('set-cookie', () => undefined),
  },
  {
    name: 'cookies that do not arrive',
    finds: /^login-page: The post of the login form has status 403/,
    fault: {
      request: ({ headers }) => {
        delete headers.cookie
      },
    },
  },
  {
    name: 'cookies without Secure and HttpOnly',
    finds: /^login-page: The cookie of the login page lacks Secure, HttpOnly\./,
    fault: {
      response: ({ headers }) => {
        const cookies = headers['set-cookie']
        if (Array.isArray(cookies))
          headers['set-cookie'] = cookies.map((one) => one.replace(/ Secure;| HttpOnly;/g, ''))
      },
    },
  },
  {
    name: 'no Content-Security-Policy',
    finds: /^login-page: The login page lacks Content-Security-Policy/,
    fault: overwriting('content-security-policy', () => undefined),
  },
  {
    name: 'redirects to the inner host',
    finds: /^login-page: GET \/authorize leads to http:\/\/inner:8000/,
    fault: {
      response: ({ headers }) => {
        if (headers.location?.startsWith('/')) headers.location = `http://inner:8000${headers.location}`
      },
    },
  },
  {
    name: 'a login form that posts elsewhere',
    finds: /^login-page: The login form posts to https:\/\/127\.0\.0\.1:\d+\/sso\/login/,
    fault: {
      response: (response) => {
        response.body = response.body.replace('action="/login"', 'action="/sso/login"')
      },
    },
  },
  {
    name: 'no Strict-Transport-Security',
    finds: /^https: There is no Strict-Transport-Security/,
    fault: overwriting('strict-transport-security', () => undefined),
  },
  {
    name: 'a key set that may not be cached',
    finds: /^jwks: The key set may not be cached/,
    fault: overwriting('cache-control', (path) => (path.includes('jwks') ? 'no-cache' : 'no-store')),
  },
  {
    name: 'a clock that is two minutes behind',
    finds: /^clock: The server and this machine differ by 1(19|20|21) seconds/,
    fault: overwriting('date', () => new Date(Date.now() - 120_000).toUTCString()),
  },
  {
    name: 'another site at the URL',
    finds: /^discovery: .* has no JSON/,
    fault: { answer: () => page(200) },
  },
]

for (const { name, finds, fault } of faults) {
  test(`a proxy with a fault is found: ${name}`, async (t) => {
    shared.proxy.fault = fault
    t.after(() => {
      shared.proxy.fault = {}
    })
    const found = wrong(await examine(shared.target, /^\^([\w-]+)/.exec(finds.source)?.[1]))
    assert.ok(
      found.some((finding) => finds.test(finding)),
      found.join('\n'),
    )
  })
}

test('an issuer that is not the URL is found', async (t) => {
  const { target } = await start(t, { issuer: 'http://127.0.0.1:8000' })
  const found = wrong(await examine({ ...target, configured: undefined }, 'endpoints'))
  assert.match(found[0] ?? '', /^discovery: .* has the issuer http:\/\/127\.0\.0\.1:8000, so clients of https:/)
  assert.ok(found.some((finding) => finding.startsWith('endpoints: token_endpoint is http://127.0.0.1:8000/token')))
})

test('forgotten demo settings are found', async (t) => {
  const { target } = await start(t, { demo: true, metricsPath: '/metrics' })
  const found = wrong(await examine(target, 'public'))
  assert.match(
    found.find((finding) => finding.startsWith('public: The demo')) ?? '',
    /users whose passwords everybody knows/,
  )
  assert.ok(found.includes('public: Everybody can read the metrics at /metrics.'))
})

test('another database than that of the server is found', async (t) => {
  const store = await freshStore(t, 'sqlite')
  const found = wrong(await examine({ ...shared.target, store }, 'address'))
  assert.deepEqual(found, ['database: The server behind this URL did not record our request in this database.'])
})

test('a server that believes the X-Forwarded-For of anybody is found', async () => {
  // It trusts 127.0.0.1, from where this test connects. With another list, this test is any client.
  const found = wrong(await examine({ ...shared.target, trustedProxies: ['192.0.2.1'] }, 'address'))
  assert.match(found.join('\n'), /^address: The server believes the X-Forwarded-For of any client/)
})

test('a dead URL and one without TLS get one clear finding', async (t) => {
  const plain = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
  const { port } = plain.address() as AddressInfo
  t.after(() => plain.close())
  for (const origin of ['https://127.0.0.1:1', `https://127.0.0.1:${port}`, 'https://doctor.invalid']) {
    const target = { ...shared.target, issuer: origin, configured: undefined }
    const findings = await examine(target)
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['problem', 'skipped'],
    )
    assert.match(findings[0]?.message ?? '', /does not respond: /)
  }
})

test('the certificate: its dates, its name and its authority', async (t) => {
  const files = makeCertificate(folder, 'short', 2)
  setDefaultCACertificates([...trusted, certificate.authority, files.authority])
  t.after(() => setDefaultCACertificates([...trusted, certificate.authority]))
  const { proxy, target } = await start(t, {}, files)
  assert.deepEqual(wrong(await examine(target, 'tls')), [`tls: The certificate expires in 1 day, on ${inDays(2)}.`])

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

function inDays(days: number): string {
  return new Date(Date.now() + days * day * 1000).toISOString().slice(0, 10)
}

test('TLS 1.0 and 1.1 are found', async (t) => {
  const proxy = await startProxy(t, certificate, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })
  const facts = await readTls('127.0.0.1', Number(new URL(proxy.origin).port))
  assert.deepEqual(wrong(checkTls(facts, systemClock())), ['tls: TLS 1.0 or 1.1 is accepted (RFC 8996).'])
})

test('the whole flow of a user works, and leaves no grant and no session', async () => {
  const { target, server } = shared
  const findings = await examine({ ...target, credentials: tim }, 'login')
  assert.deepEqual(wrong(findings), [])
  assert.equal(findings.at(-1)?.message, 'tim can use: login, code, token, userinfo, refresh, revoke, logout.')
  const { grants } = server.server.context.store
  assert.deepEqual(await grants.ofUser('tim', Math.floor(systemClock())), [])
})

test('a wrong password is a finding without the password, and none is sent where the certificate is not valid', async (t) => {
  const credentials = { username: 'tim', password: 'a wrong password' }
  const [found, ...more] = wrong(await examine({ ...shared.target, credentials }, 'login'))
  assert.deepEqual([found, more], ['login: The username or the password is not accepted.', []])

  setDefaultCACertificates(trusted)
  t.after(() => setDefaultCACertificates([...trusted, certificate.authority]))
  let sent = ''
  shared.proxy.fault = {
    request: ({ path, body }) => {
      sent += `${path} ${body}\n`
    },
  }
  const findings = await examine({ ...shared.target, credentials: tim }, 'login')
  const { issuer, client, random } = shared.target
  assert.ok(client)
  // The certificate may be another one than the one that was checked before.
  await assert.rejects(tryLogin(issuer, client, tim, random), Unreachable)
  shared.proxy.fault = {}
  assert.match(findings.at(-1)?.message ?? '', /no password is sent where the certificate is not valid/)
  assert.ok(!sent.includes(tim.password), sent)
})

test('no password is sent to another origin, wherever a page leads', async (t) => {
  const elsewhere = await startProxy(t, certificate)
  let sent = ''
  elsewhere.fault = {
    answer: ({ body }) => {
      sent += body
      return page(200)
    },
  }
  shared.proxy.fault = {
    response: (response) => {
      response.body = response.body.replace('action="/login"', `action="${elsewhere.origin}/login"`)
    },
  }
  const found = wrong(await examine({ ...shared.target, credentials: tim }, 'login'))
  shared.proxy.fault = {}
  assert.match(
    found.join(),
    /^login: There is no response: a page leads to https:\/\/127\.0\.0\.1:\d+, which is not asked/,
  )
  assert.equal(sent, '')
})

test('without a client, what needs one is not tried, and the finding says how to name one', async () => {
  const findings = await examine({ ...shared.target, client: undefined, clientOrigin: undefined, store: undefined })
  assert.deepEqual(wrong(findings), [])
  const skipped = findings.filter(({ severity }) => severity === 'skipped')
  assert.deepEqual(
    skipped.map(({ check }) => check),
    ['https', 'address', 'login-page', 'login'],
  )
  assert.match(skipped[2]?.message ?? '', /--client ID --redirect-uri URI/)
})

test('what a server sends is never believed to be well formed', async () => {
  const body = '{"issuer":{"toString":1},"token_endpoint":{"toString":1},"keys":[{"alg":{"toString":1}}],"error":[]}'
  const answers: readonly Fault['answer'][] = [
    () => ({ status: 200, headers: { location: 'http://[', date: 'x' }, body }),
    ({ path }) => (path.includes('openid-c') ? undefined : { status: 303, headers: { location: 'http://[' }, body }),
    ({ path }) => (path.includes('openid-c') ? undefined : { status: 303, headers: { location: path }, body }),
  ]
  for (const answer of answers) {
    shared.proxy.fault = { ...(answer && { answer }) }
    assert.ok(wrong(await examine({ ...shared.target, credentials: tim })).length > 0)
  }
  shared.proxy.fault = {}
})
