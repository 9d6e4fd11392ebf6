/** The token endpoint's form under attack for codes, refresh tokens and clients: group A of the security cases; for passwords see form.test.ts. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { basicOf, clientSecret } from '../support/clients.ts'
import { encoded, type Form, grants, responseTo, startTokenEndpoint } from '../support/token-forms.ts'
import { alsoOverSocket } from '../support/wire.ts'

const formType = 'application/x-www-form-urlencoded'
const marker = 'hOsTiLe'

/** The parameters that the endpoint reads. A code has its scopes already: a scope beside it is an unknown parameter. */
const readNames = (type: string, form: Form) => [
  ...Object.keys(form),
  'client_id',
  'resource',
  ...(type === 'authorization_code' ? [] : ['scope']),
]

const server = await startTokenEndpoint({ after })
/** Only for requests that are rejected: a code works only once. */
const rejecting = await alsoOverSocket({ after }, server)

for (const { type, secret, form } of grants) {
  test(`A1 ${type}: a parameter that is sent twice is invalid_request, with equal or different values or in the URL, and consumes nothing`, async () => {
    const valid = { ...(await form(server)), scope: 'me', client_id: 'app' }
    for (const [name, value] of Object.entries(valid)) {
      for (const again of [value, 'other']) {
        const twice = `${encoded(valid)}&${encoded({ [name]: again })}`
        assert.equal((await responseTo(rejecting, twice)).error, 'invalid_request', name)
        const inUrl = await responseTo(rejecting, valid, { path: `/token?${encoded({ [name]: again })}` })
        assert.equal(inUrl.error, 'invalid_request', name)
      }
    }
    assert.equal((await responseTo(server, valid)).status, 200)
  })

  test(`A2 ${type}: secrets in the URL are rejected, and never logged`, async () => {
    const valid = await form(server)
    const names = ['client_secret', 'code_verifier', 'client_assertion', ...(secret === undefined ? [] : [secret])]
    for (const name of names) {
      const value = valid[name] ?? `${marker}-secret`
      const rejected = await responseTo(rejecting, valid, { path: `/token?${encoded({ [name]: value })}` })
      assert.equal(rejected.error, 'invalid_request', name)
      const whole = await responseTo(rejecting, '', { path: `/token?${encoded({ ...valid, [name]: value })}` })
      assert.equal(whole.error, 'invalid_request', name)
      assert.equal(JSON.stringify(server.log).includes(value), false, name)
    }
    assert.equal((await responseTo(server, valid)).status, 200)
  })

  test(`A4 A14 A18 ${type}: unknown parameters are ignored, whatever their names`, async () => {
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
      const { status } = await responseTo(server, {
        ...(await form(server)),
        [name]: marker,
        [`${name}[polluted]`]: '1',
      })
      assert.equal(status, 200, name)
    }
    assert.ok(!('polluted' in {}))
  })

  test(`A18 ${type}: a parameter in brackets counts as missing`, async () => {
    const valid = await form(server)
    for (const name of Object.keys(valid).filter((one) => one === secret)) {
      const { [name]: value = '', ...rest } = valid
      for (const bracketed of [`${name}[]`, `${name}[0]`, `${name}[$ne]`, `${name}[length]`]) {
        assert.equal((await responseTo(rejecting, { ...rest, [bracketed]: value })).error, 'invalid_request', bracketed)
      }
    }
    assert.equal((await responseTo(server, valid)).status, 200)
  })

  test(`A5 ${type}: another Content-Type is rejected before anything is consumed`, async () => {
    const valid = await form(server)
    const types = [
      'application/json',
      'multipart/form-data; boundary=x',
      'text/plain',
      '',
      `${formType}, application/json`,
    ]
    for (const contentType of [...types, `${formType}; charset=utf-16`]) {
      for (const body of [encoded(valid), JSON.stringify(valid)]) {
        const headers = { ...basicOf('app'), 'content-type': contentType }
        const rejected = await responseTo(rejecting, body, { headers })
        assert.deepEqual([rejected.status, rejected.error], [400, 'invalid_request'], contentType)
      }
    }
    assert.equal((await responseTo(server, valid)).status, 200)
  })

  test(`A12 A13 ${type}: control characters in any parameter are rejected, and forge nothing`, async () => {
    for (const name of readNames(type, await form(server))) {
      for (const hostile of ['\u0000', '\r\nSet-Cookie: forged=1', '\t', '\u001b[31m']) {
        const valid: Form = await form(server)
        const response = await responseTo(rejecting, { ...valid, [name]: `${valid[name] ?? ''}${hostile}` })
        assert.ok(
          response.status === 400 || response.status === 401,
          `${name} ${JSON.stringify(hostile)}: ${response.status}`,
        )
        assert.equal(response.headers.get('set-cookie'), null)
        assert.ok(!response.text.includes('forged'))
      }
    }
    assert.ok(!JSON.stringify(server.log).includes('forged'))
  })

  test(`A16 A17 ${type}: no other spelling is accepted, and no grant type that the client may not use`, async () => {
    const valid = await form(server)
    const upper = type.toUpperCase()
    for (const other of [
      upper,
      `${type} `,
      ` ${type}`,
      `${type}\t`,
      type.replace('_', '-'),
      `urn:ietf:params:oauth:grant-type:${type}`,
    ]) {
      assert.equal(
        (await responseTo(rejecting, { ...valid, grant_type: other })).error,
        'unsupported_grant_type',
        other,
      )
    }
    assert.equal((await responseTo(rejecting, { ...valid, grant_type: `${type}\u0000` })).error, 'invalid_request')
    const { grant_type: _, ...without } = valid
    assert.equal((await responseTo(rejecting, without)).error === undefined, false)
    const unauthorized = await responseTo(rejecting, valid, { headers: basicOf('none') })
    assert.equal(unauthorized.error, 'unauthorized_client')
    const unauthenticated = await responseTo(rejecting, valid, { headers: {} })
    assert.equal(unauthenticated.error, 'invalid_client')
    assert.equal((await responseTo(server, valid)).status, 200)
  })

  test(`A24 ${type}: successes and rejections are JSON that is neither cached nor sniffed`, async () => {
    const valid = await form(server)
    const wrong = secret === undefined ? { ...valid, scope: 'unknown' } : { ...valid, [secret]: 'unknown' }
    const responses = [
      await responseTo(server, valid),
      await responseTo(rejecting, wrong),
      await responseTo(rejecting, valid, { headers: basicOf('app', 'a wrong secret') }),
      await responseTo(rejecting, valid, { headers: { ...basicOf('app'), accept: 'text/html' } }),
    ]
    assert.deepEqual(
      responses.slice(0, 3).map(({ status }) => status),
      [200, 400, 401],
    )
    for (const { headers } of responses) {
      assert.equal(headers.get('content-type'), 'application/json')
      assert.equal(headers.get('cache-control'), 'no-store')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    }
  })

  test(`A25 ${type}: no error_description echoes the input, or contains a forbidden character`, async () => {
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
        const valid = await form(server)
        const response = await responseTo(rejecting, { ...valid, [name]: value, [value]: value })
        assert.ok(response.status === 400 || response.status === 401, `${name} ${value}: ${response.status}`)
        // RFC 6749 §5.2: error_description MUST NOT include characters outside the set %x20-21 / %x23-5B / %x5D-7E.
        assert.match(JSON.parse(response.text).error_description, /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/)
        assert.ok(!response.text.includes(marker) && !JSON.stringify([...response.headers]).includes(marker))
      }
    }
  })
}

test('A2 a secret in the form is accepted from clients that registered that method or none, and from no others', async () => {
  const form = { grant_type: 'client_credentials', client_secret: clientSecret }
  assert.equal((await responseTo(server, { ...form, client_id: 'by-form' }, { headers: {} })).status, 200)
  assert.equal((await responseTo(server, { ...form, client_id: 'app' }, { headers: {} })).status, 200)
  const byHeader = { ...form, client_id: 'by-header' }
  assert.equal((await responseTo(rejecting, byHeader, { headers: {} })).error, 'invalid_client')
  assert.equal((await responseTo(rejecting, form, { headers: basicOf('by-form') })).error, 'invalid_request')
})
