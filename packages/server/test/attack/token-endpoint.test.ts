/** The token endpoint's form under attack for codes, refresh tokens and clients: group A of the security cases; for passwords see form.test.ts. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { hashToken } from '../../src/tokens/random-token.ts'
import { basicOf, clientSecret } from '../support/clients.ts'
import { newPkce, redirectUri } from '../support/code-flow.ts'
import { givenGrant } from '../support/grants.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { alsoOverSocket } from '../support/wire.ts'

type Form = Readonly<Record<string, string>>

const application = {
  client_id: 'app',
  client_secret: clientSecret,
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  redirect_uris: [redirectUri],
  scope: 'openid me items',
}
const clients = [
  application,
  { ...application, client_id: 'by-form', token_endpoint_auth_method: 'client_secret_post' as const },
  { client_id: 'none', client_secret: clientSecret, grant_types: [], resource_server: true },
]
const formType = 'application/x-www-form-urlencoded'
const marker = 'hOsTiLe'

/** A form that is answered with tokens, made anew for each request: codes are used once. */
const grants: readonly {
  readonly type: string
  readonly secret: string | undefined
  readonly form: (server: TestServer) => Promise<Form>
}[] = [
  {
    type: 'authorization_code',
    secret: 'code',
    form: async (server) => {
      const { grant } = await givenGrant(server)
      const { verifier, challenge } = newPkce()
      const code = `ac_${newPkce().verifier}`
      await server.server.context.store.authorizationCodes.insert(hashToken(code), {
        grantId: grant.id,
        redirectUri,
        nonce: null,
        codeChallenge: challenge,
        expiresAt: server.clock.now + 60,
        grantEndsAt: server.clock.now + 3600,
      })
      return { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }
    },
  },
  {
    type: 'refresh_token',
    secret: 'refresh_token',
    form: async (server) => ({ grant_type: 'refresh_token', refresh_token: (await givenGrant(server)).refreshToken }),
  },
  { type: 'client_credentials', secret: undefined, form: async () => ({ grant_type: 'client_credentials' }) },
]

/** What the endpoint reads of a form. A code has its scopes already: a scope beside it is one of the names that nobody knows. */
const readNames = (type: string, form: Form) => [
  ...Object.keys(form),
  'client_id',
  'resource',
  ...(type === 'authorization_code' ? [] : ['scope']),
]

const server = await startServer({ after }, { clients })
/** For what is refused: a code is used once. */
const refusing = await alsoOverSocket({ after }, server)

const encoded = (form: Form) => new URLSearchParams(form).toString()

async function answerTo(
  { post }: TestServer,
  body: Form | string,
  { path = '/token', headers = basicOf('app') as Record<string, string> } = {},
): Promise<{
  readonly status: number
  readonly error: string | undefined
  readonly text: string
  readonly headers: Headers
}> {
  const response = await post(path, body, headers)
  const text = await response.text()
  return { status: response.status, error: JSON.parse(text).error, text, headers: response.headers }
}

for (const { type, secret, form } of grants) {
  test(`A1 ${type}: a parameter that comes twice is invalid_request, be it equal, different or in the URL, and uses nothing up`, async () => {
    const good = { ...(await form(server)), scope: 'me', client_id: 'app' }
    for (const [name, value] of Object.entries(good)) {
      for (const again of [value, 'other']) {
        const twice = `${encoded(good)}&${encoded({ [name]: again })}`
        assert.equal((await answerTo(refusing, twice)).error, 'invalid_request', name)
        const inUrl = await answerTo(refusing, good, { path: `/token?${encoded({ [name]: again })}` })
        assert.equal(inUrl.error, 'invalid_request', name)
      }
    }
    assert.equal((await answerTo(server, good)).status, 200)
  })

  test(`A2 ${type}: secrets in the URL are refused, and written nowhere`, async () => {
    const good = await form(server)
    const names = ['client_secret', 'code_verifier', 'client_assertion', ...(secret === undefined ? [] : [secret])]
    for (const name of names) {
      const value = good[name] ?? `${marker}-secret`
      const refused = await answerTo(refusing, good, { path: `/token?${encoded({ [name]: value })}` })
      assert.equal(refused.error, 'invalid_request', name)
      const whole = await answerTo(refusing, '', { path: `/token?${encoded({ ...good, [name]: value })}` })
      assert.equal(whole.error, 'invalid_request', name)
      assert.equal(JSON.stringify(server.log).includes(value), false, name)
    }
    assert.equal((await answerTo(server, good)).status, 200)
  })

  test(`A4 A14 A18 ${type}: names that nobody knows are ignored, whatever they are`, async () => {
    for (const name of [
      'unknown',
      '__proto__',
      'constructor',
      'prototype',
      'hasOwnProperty',
      'toString',
      'scope[]',
      '😀',
    ]) {
      const { status } = await answerTo(server, { ...(await form(server)), [name]: marker, [`${name}[polluted]`]: '1' })
      assert.equal(status, 200, name)
    }
    assert.ok(!('polluted' in {}))
  })

  test(`A18 ${type}: a parameter in brackets is missing`, async () => {
    const good = await form(server)
    for (const name of Object.keys(good).filter((one) => one === secret)) {
      const { [name]: value = '', ...rest } = good
      for (const bracketed of [`${name}[]`, `${name}[0]`, `${name}[$ne]`, `${name}[length]`]) {
        assert.equal((await answerTo(refusing, { ...rest, [bracketed]: value })).error, 'invalid_request', bracketed)
      }
    }
    assert.equal((await answerTo(server, good)).status, 200)
  })

  test(`A5 ${type}: another Content-Type is refused before anything is used up`, async () => {
    const good = await form(server)
    const types = [
      'application/json',
      'multipart/form-data; boundary=x',
      'text/plain',
      '',
      `${formType}, application/json`,
    ]
    for (const contentType of [...types, `${formType}; charset=utf-16`]) {
      for (const body of [encoded(good), JSON.stringify(good)]) {
        const headers = { ...basicOf('app'), 'content-type': contentType }
        const refused = await answerTo(refusing, body, { headers })
        assert.deepEqual([refused.status, refused.error], [400, 'invalid_request'], contentType)
      }
    }
    assert.equal((await answerTo(server, good)).status, 200)
  })

  test(`A12 A13 ${type}: control characters in every parameter are a plain refusal, and forge nothing`, async () => {
    for (const name of readNames(type, await form(server))) {
      for (const hostile of ['\u0000', '\r\nSet-Cookie: forged=1', '\t', '\u001b[31m']) {
        const good: Form = await form(server)
        const answer = await answerTo(refusing, { ...good, [name]: `${good[name] ?? ''}${hostile}` })
        assert.ok(
          answer.status === 400 || answer.status === 401,
          `${name} ${JSON.stringify(hostile)}: ${answer.status}`,
        )
        assert.equal(answer.headers.get('set-cookie'), null)
        assert.ok(!answer.text.includes('forged'))
      }
    }
    assert.ok(!JSON.stringify(server.log).includes('forged'))
  })

  test(`A16 A17 ${type}: no other spelling, and no grant that the client was not given`, async () => {
    const good = await form(server)
    const upper = type.toUpperCase()
    for (const other of [
      upper,
      `${type} `,
      ` ${type}`,
      `${type}\t`,
      type.replace('_', '-'),
      `urn:ietf:params:oauth:grant-type:${type}`,
    ]) {
      assert.equal((await answerTo(refusing, { ...good, grant_type: other })).error, 'unsupported_grant_type', other)
    }
    assert.equal((await answerTo(refusing, { ...good, grant_type: `${type}\u0000` })).error, 'invalid_request')
    const { grant_type: _, ...without } = good
    assert.equal((await answerTo(refusing, without)).error === undefined, false)
    const unauthorized = await answerTo(refusing, good, { headers: basicOf('none') })
    assert.equal(unauthorized.error, 'unauthorized_client')
    const anybody = await answerTo(refusing, good, { headers: {} })
    assert.equal(anybody.error, 'invalid_client')
    assert.equal((await answerTo(server, good)).status, 200)
  })

  test(`A20 ${type}: a resource that nobody knows is invalid_target, and uses nothing up; F20`, async () => {
    const good = await form(server)
    for (const resource of ['https://unknown.example/', '/relative', 'http://127.0.0.1:8000#x']) {
      assert.equal((await answerTo(refusing, { ...good, resource })).error, 'invalid_target', resource)
      const among = `${encoded({ ...good, resource: 'http://127.0.0.1:8000' })}&${encoded({ resource })}`
      assert.equal((await answerTo(refusing, among)).error, 'invalid_target', resource)
    }
    assert.equal((await answerTo(server, { ...good, resource: 'http://127.0.0.1:8000' })).status, 200)
  })

  test(`A24 ${type}: success and refusal are JSON that is neither kept nor sniffed`, async () => {
    const good = await form(server)
    const wrong = secret === undefined ? { ...good, scope: 'unknown' } : { ...good, [secret]: 'unknown' }
    const answers = [
      await answerTo(server, good),
      await answerTo(refusing, wrong),
      await answerTo(refusing, good, { headers: basicOf('app', 'a wrong secret') }),
      await answerTo(refusing, good, { headers: { ...basicOf('app'), accept: 'text/html' } }),
    ]
    assert.deepEqual(
      answers.slice(0, 3).map(({ status }) => status),
      [200, 400, 401],
    )
    for (const { headers } of answers) {
      assert.equal(headers.get('content-type'), 'application/json')
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test(`A25 ${type}: no error_description echoes what was sent, or holds what it must not`, async () => {
    const values = [
      marker,
      `${marker}"\\`,
      `${marker}<script>alert(1)</script>`,
      `${marker}\r\nx: y`,
      `${marker}\u0000`,
      `${marker}é\u202e😀`,
      `${marker}' or 1=1 --`,
      `%25${marker}%00`,
    ]
    for (const name of readNames(type, await form(server))) {
      for (const value of values) {
        const good = await form(server)
        const answer = await answerTo(refusing, { ...good, [name]: value, [value]: value })
        assert.ok(answer.status === 400 || answer.status === 401, `${name} ${value}: ${answer.status}`)
        // RFC 6749 §5.2: error_description MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.
        assert.match(JSON.parse(answer.text).error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
        assert.ok(!answer.text.includes(marker) && !JSON.stringify([...answer.headers]).includes(marker))
      }
    }
  })
}

for (const type of ['refresh_token', 'client_credentials']) {
  test(`A20 ${type}: no scope is issued that was not granted or registered`, async () => {
    const form = grants.find((grant) => grant.type === type)?.form
    assert.ok(form)
    const good = await form(server)
    for (const scope of [
      'admin',
      'me admin',
      'Me',
      'me,items',
      'me\titems',
      '__proto__',
      '*',
      'offline_access',
      'profile',
    ]) {
      assert.equal((await answerTo(refusing, { ...good, scope })).error, 'invalid_scope', scope)
    }
    assert.equal(JSON.parse((await answerTo(server, { ...good, scope: ' me  me ' })).text).scope, 'me')
  })
}

test('A20 a scope at the exchange of a code widens nothing', async () => {
  const form = await grants[0]?.form(server)
  const { status, text } = await answerTo(server, { ...form, scope: 'openid me items profile' })
  assert.equal(status, 200)
  assert.equal(JSON.parse(text).scope, 'me items')
})

test('A2 a secret in the form is taken from clients that registered so, and from no other', async () => {
  const form = { grant_type: 'client_credentials', client_secret: clientSecret }
  assert.equal((await answerTo(server, { ...form, client_id: 'by-form' }, { headers: {} })).status, 200)
  assert.equal((await answerTo(refusing, { ...form, client_id: 'app' }, { headers: {} })).error, 'invalid_client')
  assert.equal((await answerTo(refusing, form, { headers: basicOf('by-form') })).error, 'invalid_request')
})
