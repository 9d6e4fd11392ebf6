import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeDifference } from '../../src/trace/difference.ts'
import { redacted, redactedPath } from '../../src/trace/redact.ts'

const jwt = `eyJ${'hbGciOiJFUzI1NiJ9'}.eyJzdWIiOiJ0aW0ifQ.c2lnbmF0dXJl`
const random = 'DzI6wTkXtvMcQz6ZUmQmT0v2Ad4gj3dGb0yoG1T5kVw'

const paths: readonly (readonly [path: string, kept: string])[] = [
  ['/tokens', '/tokens'],
  ['/.well-known/oauth-authorization-server/auth', '/.well-known/oauth-authorization-server/auth'],
  ['/wp-admin/setup-config.php', '/wp-admin/setup-config.php'],
  [`/userinfo/${jwt}`, '/userinfo/***'],
  [`/users/me&access_token=${jwt}`, '/users/me&access_token=***'],
  [`/revoke/rt_${random}`, '/revoke/***'],
  ['/revoke/rt_x', '/revoke/***'],
  [`/token;client_secret=short`, '/token;client_secret=***'],
  [`/callback&code=ac_${random}&state=x`, '/callback&code=***&state=***'],
  [`/users/me%3Faccess_token%3D${random}`, '/users/me%3Faccess_token%***'],
  [`/users/${[...Buffer.from(random)].map((byte) => `%${byte.toString(16)}`).join('')}`, '/users/***'],
  ['/%3Cscript%3Ealert(1)%3C/script%3E', '/%3Cscript%3Ealert(1)%3C/script%3E'],
  [`/${Buffer.from(random).toString('hex')}`, '/***'],
  ['/page?q=1', '/page?q=1'],
  ['/page?q=longer-than-a-number', '/page?q=***'],
  [`/introspect/${'abcdefghij'.repeat(5)}`, '/introspect/***'],
]

for (const [path, kept] of paths) {
  test(`${kept}: what may be a secret in a stranger's path is redacted`, () => {
    assert.equal(redactedPath(path), kept)
  })
}

test("a stranger's path is shortened", () => {
  assert.equal(redactedPath(`/${'a/'.repeat(500)}`).length, 100)
})

test('of a URI, the scheme and the host are kept, a password in it is not', () => {
  assert.equal(redacted('https://app2.example.com:8443/cb'), 'https://app2.example.com:8443/cb')
  assert.equal(redacted('https://tim:tim1234@app2.example.com/cb'), 'https://***@app2.example.com/cb')
})

test('a redirect URI is compared without a token in it, and what is registered is no secret', () => {
  const registered = 'https://app.example.com/cb/0b5d9a3c-4c6a-4c3d-9a55?tenant=7'
  assert.equal(describeDifference([registered], `${registered}/`), `${registered}[+/]`)
  assert.equal(describeDifference([registered], registered), registered)
  const plain = 'https://app.example.com/cb'
  assert.equal(describeDifference([plain], `${plain}#access_token=${jwt}`), `${plain}[+#access_token=***]`)
  assert.equal(describeDifference([plain], `${plain}/${random}`), `${plain}[+/***]`)
})
