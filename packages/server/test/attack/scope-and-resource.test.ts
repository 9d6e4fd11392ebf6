/** What a token may be for: scopes and resources that a client may not have. A20 and F20 of the security cases. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { encoded, grants, responseTo, startTokenEndpoint } from '../support/token-forms.ts'
import { alsoOverSocket } from '../support/wire.ts'

const server = await startTokenEndpoint({ after })
/** Only for requests that are rejected: a code works only once. */
const rejecting = await alsoOverSocket({ after }, server)

for (const { type, form } of grants) {
  test(`A20 ${type}: an unknown resource is invalid_target, and consumes nothing; F20`, async () => {
    const valid = await form(server)
    for (const resource of ['https://unknown.example/', '/relative', 'http://127.0.0.1:8000#x']) {
      assert.equal((await responseTo(rejecting, { ...valid, resource })).error, 'invalid_target', resource)
      const among = `${encoded({ ...valid, resource: 'http://127.0.0.1:8000' })}&${encoded({ resource })}`
      assert.equal((await responseTo(rejecting, among)).error, 'invalid_target', resource)
    }
    assert.equal((await responseTo(server, { ...valid, resource: 'http://127.0.0.1:8000' })).status, 200)
  })
}

for (const type of ['refresh_token', 'client_credentials']) {
  test(`A20 ${type}: no scope is issued that was not granted or registered`, async () => {
    const form = grants.find((grant) => grant.type === type)?.form
    assert.ok(form)
    const valid = await form(server)
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
      assert.equal((await responseTo(rejecting, { ...valid, scope })).error, 'invalid_scope', scope)
    }
    assert.equal(JSON.parse((await responseTo(server, { ...valid, scope: ' me  me ' })).text).scope, 'me')
  })
}

test('A20 a scope in the exchange of a code does not widen the scope', async () => {
  const form = await grants[0]?.form(server)
  const { status, text } = await responseTo(server, { ...form, scope: 'openid me items profile' })
  assert.equal(status, 200)
  assert.equal(JSON.parse(text).scope, 'me items')
})
