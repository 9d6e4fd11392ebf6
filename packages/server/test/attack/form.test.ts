/** The token endpoint's form under attack: group A of the security cases (RFC 6749 §3.2, Appendix B). */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { createServer } from '../../src/server.ts'
import { countChecks, rejectionReasons } from '../support/accounts.ts'
import { freshDatabase } from '../support/databases.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { loopback, testSecret } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

const login = 'username=tim&password=tim1234'
const formType = 'application/x-www-form-urlencoded'

const server = await alsoOverSocket({ after }, await startPasswordGrantServer({ after }))

const rejectedForms: readonly { readonly title: string; readonly form: string; readonly query?: string }[] = [
  ...['grant_type', 'client_id', 'code', 'scope', 'refresh_token', 'username'].flatMap((name) => [
    { title: `A1 ${name} twice with different values`, form: `password=tim1234&${name}=a&${name}=b` },
    { title: `A1 ${name} twice with the same value`, form: `password=tim1234&${name}=a&${name}=a` },
    { title: `A1 ${name} once in the body and once in the URL`, form: `${name}=a`, query: `?${name}=a` },
  ]),
  { title: 'A1 a name repeated in another spelling', form: `${login}&us%65rname=tim` },
  { title: 'A1 a parameter repeated without a value', form: `${login}&password` },
  ...['client_secret', 'password', 'code', 'refresh_token'].map((name) => ({
    title: `A2 ${name} in the URL`,
    form: login,
    query: `?${name}=tim1234`,
  })),
  { title: 'A2 the whole login in the URL', form: '', query: `?${login}` },
  { title: 'A9 10 000 parameters', form: Array.from({ length: 10_000 }, (_, at) => `p${at}`).join('&') },
  { title: 'A9 65 000 ampersands', form: '&'.repeat(65_000) },
  { title: 'A9 a name of 64 KiB', form: 'a'.repeat(64 * 1024) },
  {
    title: 'A9 64 KiB of combining marks as the username',
    form: `password=x&username=${'\u0301'.repeat(16_000)}${'\u0323'.repeat(16_000)}`,
  },
  { title: 'A9 a username over the length limit', form: `password=x&username=${'a'.repeat(1001)}` },
  ...['%', '%z1', '%u0041', 'tim%2'].flatMap((malformed) => [
    { title: `A10 a malformed escape in a value: ${malformed}`, form: `username=${malformed}&password=tim1234` },
    { title: `A10 a malformed escape in a name: ${malformed}`, form: `${login}&${malformed}=1` },
    { title: `A10 a malformed escape in the URL: ${malformed}`, form: login, query: `?a=${malformed}` },
  ]),
  { title: 'A10 an escaped byte that is not UTF-8', form: 'username=%ff&password=tim1234' },
  { title: 'A10 an escaped surrogate', form: 'username=tim&password=%ed%a0%80' },
  { title: 'A10 an escaped overlong slash', form: 'username=%c0%af&password=tim1234' },
  ...['username', 'password', 'client_id', 'scope', 'code', 'device_code', 'token', 'grant_type', 'unknown'].map(
    (name) => ({
      title: `A12 %00 inside ${name}`,
      form: `${login.replace(`${name}=`, 'other=')}&${name}=tim%001234`,
    }),
  ),
  { title: 'A12 an unescaped NUL byte', form: 'username=tim&password=tim1234\0' },
  { title: 'A12 %00 in a name', form: `${login}&user%00name=tim` },
  { title: 'A18 username[$ne]', form: 'username[$ne]=x&password=tim1234' },
  { title: 'A18 username[]', form: 'username[]=tim&password=tim1234' },
  { title: 'A18 password[length]', form: 'username=tim&password[length]=0' },
]

for (const { title, form, query = '' } of rejectedForms) {
  test(`${title} is invalid_request, and no password is checked`, async (t) => {
    const checks = countChecks(t, server)
    const response = await server.post(`/token${query}`, form)
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(await response.text()).error, 'invalid_request')
    assert.equal(checks(), 0)
  })
}

test('A2 a value in the URL reaches neither the log nor the stored trace', async (t) => {
  const server = await startPasswordGrantServer(t)
  const response = await server.post('/token?password=tim1234', login)
  assert.ok(!JSON.stringify(server.log).includes('tim1234'))
  await server.server.context.traces.flush()
  const trace = await server.server.context.store.traces.find(response.headers.get('x-request-id') ?? '')
  assert.equal(trace?.reason, 'parameter_in_query')
  assert.ok(!JSON.stringify(trace).includes('tim1234'))
})

const acceptedForms: readonly (readonly [title: string, form: string])[] = [
  ['A4 unknown parameters are ignored', `${login}&unknown=1&x=%F0%9F%98%80&=&&`],
  ['A4 parameters without a value count as absent', `${login}&grant_type=&scope=&client_id=&client_secret=`],
  ...['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString'].map(
    (name) => [`A14 a parameter named ${name} is ignored`, `${name}=1&${name}[polluted]=1&${login}`] as const,
  ),
  ['A16 an absent grant_type means password, as in the tutorial', login],
  ['A18 bracket syntax beside the login is an unknown name', `${login}&scope[]=a&client_id[0]=x`],
]

for (const [title, form] of acceptedForms) {
  test(title, async () => {
    const response = await server.post('/token', form)
    assert.equal(response.status, 200)
    assert.deepEqual(Object.keys(JSON.parse(await response.text())), [
      'access_token',
      'token_type',
      'expires_in',
      'scope',
    ])
    assert.ok(!Object.keys(Object.prototype).includes('polluted') && !('polluted' in {}))
  })
}

const json = JSON.stringify({ username: 'tim', password: 'tim1234' })
const contentTypes: readonly (readonly [type: string, status: number, body?: string])[] = [
  ['application/json', 400, json],
  [formType, 400, json],
  [
    'multipart/form-data; boundary=x',
    400,
    '--x\r\nContent-Disposition: form-data; name="username"\r\n\r\ntim\r\n--x--\r\n',
  ],
  ['text/plain', 400],
  ['', 400],
  [`${formType}, application/json`, 400],
  [`${formType}x`, 400],
  [`${formType}; charset=utf-8`, 200],
  ['Application/X-WWW-Form-URLencoded ;  Charset="UTF-8"', 200],
  [`${formType};charset=UTF8`, 200],
  [`${formType}; charset=utf-16`, 400],
  [`${formType}; charset = utf-16`, 400],
  [`${formType}; charset=utf-8; charset=utf-16`, 400],
  [`${formType}; charset=`, 400],
]

for (const [type, status, body = login] of contentTypes) {
  test(`${type.includes('charset') ? 'A6' : 'A5'} Content-Type "${type}" gets ${status} for ${body.slice(0, 10)}`, async (t) => {
    const checks = countChecks(t, server)
    const response = await server.post('/token', body, { 'content-type': type })
    assert.equal(response.status, status)
    // Once in process and once over the socket.
    assert.equal(checks(), status === 200 ? 2 : 0)
  })
}

test('A5 a body without Content-Type is invalid_request', async () => {
  const request = new Request('http://127.0.0.1:8000/token', { method: 'POST', body: new TextEncoder().encode(login) })
  const response = await server.server.fetch(request)
  assert.equal(request.headers.get('content-type'), null)
  assert.equal(JSON.parse(await response.text()).error, 'invalid_request')
})

test('A9 a body that costs too much to parse is rejected before it is parsed', async (t) => {
  const server = await startPasswordGrantServer(t)
  await server.post('/token', `username=${'\u0301\u0323'.repeat(16_000)}&password=x`)
  await server.post('/token', '&'.repeat(65_000))
  assert.deepEqual(rejectionReasons(server), ['username_too_long', 'too_many_parameters'])
})

test('A13 control characters in any parameter can forge neither a header nor a log line', async (t) => {
  const database = await freshDatabase('sqlite')
  const lines: string[] = []
  const server = await createServer(
    { secretKey: testSecret, passwordGrant: 'first-party', databaseUrl: database.url },
    { migrate: true, log: pino({ level: 'debug' }, { write: (line) => lines.push(line) }) },
  )
  t.after(() => server.close().then(database.remove))
  for (const name of ['username', 'password', 'grant_type', 'scope', 'client_id', 'client_secret', 'unknown']) {
    const form = { username: 'nobody', password: 'x', [name]: 'a\r\nSet-Cookie: forged=1\r\n\t\u001b[31m{"level":60}' }
    const response = await server.fetch(
      new Request('http://127.0.0.1:8000/token', { method: 'POST', body: new URLSearchParams(form) }),
      loopback,
    )
    assert.ok(response.status >= 400 && response.status < 500)
    assert.equal(response.headers.get('set-cookie'), null)
    assert.ok(!(await response.text()).includes('forged'))
  }
  assert.equal(lines.length, 7)
  for (const line of lines) {
    assert.equal(line.indexOf('\n'), line.length - 1)
    assert.equal(JSON.parse(line).msg, 'request rejected')
    assert.ok(!line.includes('forged') && !line.includes('\u001b'))
  }
})

const grantTypes: readonly (readonly [grantType: string, error: string])[] = [
  // Supported, but not for callers without a client.
  ['authorization_code', 'unauthorized_client'],
  ['refresh_token', 'unauthorized_client'],
  ['client_credentials', 'unauthorized_client'],
  ['nonsense', 'unsupported_grant_type'],
  ['Password', 'unsupported_grant_type'],
  ['password%20', 'unsupported_grant_type'],
  ['+password', 'unsupported_grant_type'],
  ['pa%c3%9fword', 'unsupported_grant_type'],
  ['password%00', 'invalid_request'],
  ['urn:ietf:params:oauth:grant-type:Device_code', 'unsupported_grant_type'],
  ['constructor', 'unsupported_grant_type'],
  ['__proto__', 'unsupported_grant_type'],
]

for (const [grantType, error] of grantTypes) {
  const id = /password|device/i.test(grantType) ? 'A17' : 'A16'
  test(`${id} grant_type=${grantType} is ${error}, even if everything else is valid`, async () => {
    const response = await server.post('/token', `grant_type=${grantType}&${login}`)
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(await response.text()).error, error)
  })
}

for (const scope of ['admin', 'me admin', 'Me', 'me,items', 'me\titems', 'items:write', '__proto__', '*', 'me\u00a0']) {
  test(`A20 scope ${JSON.stringify(scope)} is invalid_scope`, async () => {
    const response = await server.post('/token', { username: 'tim', password: 'tim1234', scope })
    assert.equal(response.status, 400)
    assert.equal(JSON.parse(await response.text()).error, 'invalid_scope')
  })
}

test('A20 a narrower scope is granted as requested, and is in the response', async () => {
  const response = await server.post('/token', { username: 'tim', password: 'tim1234', scope: ' me  me ' })
  assert.equal(JSON.parse(await response.text()).scope, 'me')
})
