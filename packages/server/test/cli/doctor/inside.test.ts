/** The checks of `countersign doctor` that look at settings, database, files, hashing and clients: functions over plain facts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAddress } from '../../../src/cli/doctor/address.ts'
import { chooseClient } from '../../../src/cli/doctor/client.ts'
import { checkClock } from '../../../src/cli/doctor/clock.ts'
import { checkDatabase } from '../../../src/cli/doctor/database.ts'
import { insideSteps, openDeployment } from '../../../src/cli/doctor/deployment.ts'
import { checkFiles } from '../../../src/cli/doctor/files.ts'
import { exitCodeOf, type Finding } from '../../../src/cli/doctor/finding.ts'
import { checkHashing, timeHash } from '../../../src/cli/doctor/hashing.ts'
import { checkHttps, type PlainResponse } from '../../../src/cli/doctor/http.ts'
import { checkJwks } from '../../../src/cli/doctor/jwks.ts'
import { linesOf } from '../../../src/cli/doctor/print-findings.ts'
import type { ProbeResponse } from '../../../src/cli/doctor/probe.ts'
import { checkRedirectUris, unknownHosts } from '../../../src/cli/doctor/redirect-uris.ts'
import { checkSettings } from '../../../src/cli/doctor/settings.ts'
import { runSteps } from '../../../src/cli/doctor/steps.ts'
import type { Options } from '../../../src/config/options.ts'
import { resolveOptions } from '../../../src/config/resolve-options.ts'
import { type Client, firstPartyClient } from '../../../src/domain/client.ts'
import { databaseKinds, preparedDatabase } from '../../support/databases.ts'
import { production, settingsOn } from '../../support/doctor-settings.ts'
import { testSecret } from '../../support/server.ts'

/** As `severity check: message`, without those that are ok. */
function wrong(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ severity }) => severity !== 'ok')
    .map(({ severity, check, message }) => `${severity} ${check}: ${message}`)
}

function settingsOf(options: Partial<Options>): readonly string[] {
  const config = resolveOptions({ ...production, ...options })
  return wrong(checkSettings(config, { options: production, host: '0.0.0.0', nameOf: (option) => option }))
}

test('settings of production are clean', () => {
  assert.deepEqual(settingsOf({}), [])
})

test('a missing issuer is found where others than this machine reach the server', () => {
  const config = resolveOptions({ secretKey: testSecret })
  const found = (host: string) => wrong(checkSettings(config, { options: {}, host, nameOf: (option) => option }))
  assert.deepEqual([found('127.0.0.1'), found('0.0.0.0')], [[], ['problem settings: ISSUER is missing.']])
})

test('settings for development, the password grant and wrong proxies are found', () => {
  assert.deepEqual(settingsOf({ demo: true, unsafeWeakSecretKey: true, unsafeHttpHosts: ['app'] }), [
    'problem settings: demo is set, which is for development.',
    'problem settings: unsafeWeakSecretKey is set, which is for development.',
    'problem settings: unsafeHttpHosts is set, which is for development.',
  ])
  assert.match(settingsOf({ passwordGrant: 'first-party' }).join(), /^warning settings: passwordGrant is first-party/)
  assert.match(
    settingsOf({ trustedProxies: ['0.0.0.0/0'] }).join(),
    /^problem settings: trustedProxies has 0\.0\.0\.0\/0/,
  )
  assert.match(
    settingsOf({ trustedProxies: [] }).join(),
    /^problem settings: trustedProxies is empty, but an https issuer/,
  )
  assert.deepEqual(settingsOf({ trustedProxies: [], issuer: 'http://127.0.0.1:8000' }), [])
})

const sqlite = {
  problem: undefined,
  postgresVersion: undefined,
  unsafeSettings: [],
  machineLead: 0,
  now: 1_800_000_000,
  fileSystem: undefined,
  fileState: undefined,
  demoUsers: [],
  otherIssuers: [],
} as const
const postgres = { ...sqlite, postgresVersion: 18 } as const

test('a database that keeps what it confirms is clean', () => {
  assert.deepEqual([wrong(checkDatabase(sqlite)), wrong(checkDatabase({ ...sqlite, fileSystem: 0xef53 }))], [[], []])
  assert.deepEqual(wrong(checkDatabase(postgres)), [])
})

test('a database that may lose what it confirms is found', () => {
  const found = (facts: Parameters<typeof checkDatabase>[0]) => wrong(checkDatabase(facts)).join('\n')
  assert.match(found({ ...sqlite, problem: 'full' }), /^problem database: It keeps no write: full\.$/)
  assert.equal(found({ ...sqlite, fileState: 'damaged' }), 'problem database: Its file has damaged pages.')
  assert.match(found({ ...sqlite, fileState: 'unknown' }), /^skipped database: Whether all pages/)
  assert.match(
    found({ ...sqlite, fileSystem: 0x6969 }),
    /^problem database: SQLite's file is on NFS, a file system over/,
  )
  assert.match(found({ ...sqlite, fileSystem: 0x01021994 }), /^problem database: SQLite's file is on tmpfs, which the/)
  assert.match(
    found({ ...postgres, unsafeSettings: ['fsync', 'synchronous_commit'] }),
    /^problem database: The database runs with fsync=off, synchronous_commit=off\./,
  )
  assert.match(found({ ...postgres, postgresVersion: 13 }), /^warning database: PostgreSQL 13 gets no more/)
  assert.match(found({ ...postgres, machineLead: -30 }), /^warning clock: The database and this machine differ by 30/)
})

for (const kind of databaseKinds) {
  test(`${kind}: a deployment is examined as its settings say`, async (t) => {
    const { url, remove } = await preparedDatabase(kind)
    t.after(remove)
    const settings = settingsOn(url)
    const deployment = await openDeployment(settings)
    t.after(() => deployment.store?.close())
    const findings = [...deployment.findings, ...(await runSteps('', insideSteps(deployment)))]
    assert.deepEqual(
      deployment.clients.map(({ id }) => id),
      ['app'],
    )
    const clock = kind === 'postgres' ? ['clock'] : []
    assert.deepEqual(
      [...new Set(findings.map(({ check }) => check))],
      ['settings', 'database', ...clock, 'keys', 'files', 'passwords', 'clients'],
    )
    assert.ok(findings.some(({ message }) => message === 'SECRET_KEY opens 6 signing keys.'))

    const taken = await openDeployment({ ...settings, options: { ...settings.options, metricsPath: '/token' } })
    t.after(() => taken.store?.close())
    assert.deepEqual(wrong(taken.findings), [
      "problem settings: metricsPath must be a path of its own, such as /metrics: /token is one of the server's already",
    ])

    const another = { ...settings, options: { ...settings.options, secretKey: `${testSecret}, but another one` } }
    const opened = await openDeployment(another)
    t.after(() => opened.store?.close())
    const [wrongKey] = wrong(
      await runSteps(
        '',
        insideSteps(opened).filter(({ name }) => name === 'keys'),
      ),
    )
    assert.match(wrongKey ?? '', /^problem keys: SECRET_KEY does not open the signing keys/)
  })
}

test('demo users are found, with the command that deletes them', () => {
  const [, demo] = checkDatabase({ ...sqlite, demoUsers: ['tim', 'alice'] })
  assert.equal(demo?.severity, 'problem')
  assert.match(demo?.fix ?? '', /users delete tim alice$/)
})

test('an issuer that other processes serve from the same database is found', () => {
  const otherIssuers = ['https://old.example.com']
  assert.match(
    wrong(checkDatabase({ ...postgres, otherIssuers })).join(),
    /^problem database: In the last minutes it was served as https:\/\/old\.example\.com, too/,
  )
})

test('files that others can read are found', () => {
  const file = (mode: number, isFolder = false) => wrong(checkFiles([{ path: 'x', isFolder, mode }], 'linux')).join()
  assert.deepEqual([file(0o600), file(0o700, true), file(0o755, true)], ['', '', ''])
  assert.equal(file(0o644), 'problem files: x has the mode 644: every user of this machine can read it.')
  assert.equal(file(0o640), 'warning files: x has the mode 640: its group of this machine can read it.')
  assert.equal(
    file(0o777, true),
    'problem files: x has the mode 777: every user of this machine can replace what is in it.',
  )
  assert.match(wrong(checkFiles([], 'win32')).join(), /^skipped files/)
})

test('the cost of a password check is printed, and what makes logins wait is found', async () => {
  assert.ok((await timeHash()) > 0)
  const facts = { seconds: 0.05, cores: 4, workers: 4, queueLimit: 128 }
  const [fine] = checkHashing(facts)
  assert.deepEqual(
    [fine?.severity, fine?.message],
    [
      'ok',
      'One password check takes 50 ms: 20 logins a second on a core, 80 here. The last of a full queue (128) waits 1.6 s.',
    ],
  )
  assert.match(wrong(checkHashing({ ...facts, workers: 8 })).join(), /There are 8 workers for 4 cores\.$/)
  const [slow] = checkHashing({ ...facts, queueLimit: 1000 })
  assert.deepEqual([slow?.severity, slow?.fix], ['warning', 'Set passwordQueueLimit to 800, or add cores.'])
})

function client(more: Partial<Client>): Client {
  return { ...firstPartyClient, id: 'app', redirectUris: ['https://app.example.com/cb'], ...more }
}

test('redirect URIs that do not work in production are found', async () => {
  const found = (more: Partial<Client>, unknown: readonly string[] = []) =>
    wrong(checkRedirectUris([client(more)], new Set(unknown))).join()
  assert.deepEqual([found({}), found({ redirectUris: ['com.example.app:/cb'], applicationType: 'native' })], ['', ''])
  assert.match(found({}, ['app.example.com']), /^warning clients: app: DNS does not know app\.example\.com/)
  assert.match(found({ redirectUris: ['http://app.example.com/cb'] }), /^problem clients: app: the redirect URI http:/)
  const loopback = ['http://127.0.0.1:3000/cb']
  assert.match(
    found({ redirectUris: loopback, applicationType: 'web' }),
    /^warning clients: .* but the client is a web app/,
  )
  assert.equal(found({ redirectUris: loopback, applicationType: 'native' }), '')
  assert.match(
    wrong(checkRedirectUris([client({ isDisabled: true })], new Set())).join(),
    /^warning clients: There are no/,
  )
  assert.deepEqual([...(await unknownHosts([client({ redirectUris: loopback })]))], [])
})

function response(more: Partial<ProbeResponse>): ProbeResponse {
  const sent = { sentAt: 1_800_000_000, receivedAt: 1_800_000_001, localAddress: '', remoteAddress: '' }
  return { status: 200, headers: new Headers(), body: '', ...sent, ...more }
}

test('whose address a request counts for is found, as far as it can be told', () => {
  const facts = { own: '10.0.0.7', trustedProxies: ['10.0.0.1'], isSpoofedCounted: false, isOwnCounted: false }
  const found = (more: object) => wrong(checkAddress({ ...facts, countedProxy: undefined, ...more })).join()
  assert.equal(found({ isOwnCounted: true }), '')
  assert.match(found({ isSpoofedCounted: true }), /^problem address: The server believes/)
  assert.equal(found({ isSpoofedCounted: true, own: '10.0.0.1' }), '')
  assert.match(
    found({ countedProxy: '127.0.0.1' }),
    /^problem address: Requests count for the address of the proxy, 127/,
  )
  assert.match(found({}), /^skipped address: Whose address/)
  for (const own of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    assert.match(found({ own, isOwnCounted: true }), /^skipped address: Whose address/)
  }
})

test('http beside https leads to it, or does not respond', () => {
  const secure = response({ headers: new Headers({ 'strict-transport-security': 'max-age=31536000' }) })
  const found = (plain: PlainResponse) => wrong(checkHttps('https://login.example.com', secure, plain)).join()
  const redirect = new Headers({ location: 'https://login.example.com/' })
  assert.deepEqual([found('silent'), found(response({ status: 301, headers: redirect }))], ['', ''])
  assert.match(found(response({})), /^problem https: http:\/\/login\.example\.com responds with status 200/)
  const inner = response({ status: 302, headers: new Headers({ location: 'http://login.example.com/x' }) })
  assert.match(found(inner), /^problem https: .* status 302/)
})

test('published private keys, missing keys and no keys are found', () => {
  const found = (keys: unknown) => wrong(checkJwks(response({ body: JSON.stringify({ keys }) }))).join('\n')
  assert.match(
    found([{ kty: 'EC', alg: 'ES256', d: 'secret' }]),
    /^problem jwks: 1 key published with the private half/,
  )
  assert.match(found([{ kty: 'EC', alg: 'ES256' }]), /problem jwks: The key set has no key for RS256/)
  assert.match(found([]), /^problem jwks: The key set has status 200 and no keys in JSON/)
  assert.doesNotMatch(found([{ kty: 'oct', k: 'secret' }]), /: .*secret/)
})

test('a clock is judged by what it is away at least', () => {
  const found = (date: number) => {
    const headers = new Headers({ date: new Date(date * 1000).toUTCString() })
    return wrong(checkClock(response({ headers }))).join()
  }
  assert.deepEqual([found(1_799_999_999), found(1_800_000_001)], ['', ''])
  assert.match(found(1_800_000_020), /^warning clock: The server and this machine differ by 19 seconds/)
  assert.match(found(1_799_999_900), /^problem clock: .* differ by 99 seconds/)
  assert.match(wrong(checkClock(response({}))).join(), /^skipped clock/)
})

test('the client of the login is the one that is named, or a public one', () => {
  const confidential = client({ id: 'web', authMethod: 'client_secret_basic', grantTypes: ['authorization_code'] })
  const known = [confidential, { ...confidential, id: 'spa', authMethod: 'none' } as const]
  const redirectUri = 'https://app.example.com/cb'
  assert.deepEqual(chooseClient(known, {}), { id: 'spa', redirectUri, isPublic: true })
  assert.deepEqual(chooseClient([confidential], {}), { id: 'web', redirectUri, isPublic: false })
  assert.deepEqual(chooseClient(known, { client: 'web', redirectUri: 'https://x' })?.redirectUri, 'https://x')
  assert.equal(chooseClient([], {}), undefined)
  assert.throws(() => chooseClient(known, { client: 'unknown' }), /^UsageError: --client is not known here/)
  assert.throws(() => chooseClient(known, { redirectUri }), /^UsageError: --redirect-uri belongs to --client/)
})

test('a terminal obeys nothing of a finding, which may repeat what a server sent', () => {
  const message = 'has the issuer \u001b[2J\u009b2J\u202e'
  assert.deepEqual(linesOf({ check: 'discovery', severity: 'problem', message, fix: '\u001b[2J' }), [
    'problem    discovery: has the issuer ?[2J?2J?',
    '           Fix: ?[2J',
  ])
})

test('the exit code tells how severe it is', () => {
  const finding = (severity: Finding['severity']): Finding => ({ check: 'x', severity, message: '', fix: undefined })
  assert.deepEqual(
    [[], ['ok', 'skipped'], ['ok', 'warning'], ['warning', 'problem']].map((severities) =>
      exitCodeOf(severities.map((severity) => finding(severity as Finding['severity']))),
    ),
    [0, 0, 3, 1],
  )
})
