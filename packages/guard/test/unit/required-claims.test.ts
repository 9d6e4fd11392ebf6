/** `check(request, { claims })`: values that claims of the token must have. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { RequiredClaims } from '../../src/index.ts'
import { makeGuard, rejectionOf, requestWith } from '../support/guards.ts'
import { activeAnswer, makeIntrospectionGuard, serveIntrospection } from '../support/introspection.ts'
import { startIssuer } from '../support/issuer.ts'
import { craft, makePairSigner } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const guard = makeGuard([signer])
const claims = {
  tenant: 'acme',
  groups: ['staff', 'admins'],
  level: 2,
  email_verified: true,
  nothing: null,
  nested: [['admins']],
  object: { admins: true },
}
const token = craft(signer, { claims })
const request = requestWith(`Bearer ${token}`)

const met: readonly RequiredClaims[] = [
  {},
  { tenant: 'acme' },
  { tenant: ['other', 'acme'] },
  { groups: 'admins' },
  { groups: ['guests', 'staff'] },
  { level: 2 },
  { email_verified: true },
  { tenant: 'acme', level: [1, 2], groups: 'staff' },
  { sub: 'tim', scope: 'me items' },
]
for (const required of met) {
  test(`a token passes that has ${inspect(required)}`, async () => {
    assert.equal((await guard.check(request, { claims: required })).subject, 'tim')
    assert.equal((await guard.checkToken(token, { scopes: ['me'], claims: required })).subject, 'tim')
  })
}

const unmet: readonly RequiredClaims[] = [
  { tenant: 'ACME' },
  { tenant: 'acm' },
  { tenant: [] },
  { tenant: new Array(1) },
  { groups: 'admin' },
  { groups: 'staff,admins' },
  { level: '2' as string | number },
  { level: 1 },
  { email_verified: 'true' },
  { email_verified: false },
  { absent: 'x' },
  { absent: false },
  { nothing: 'null' },
  { nested: 'admins' },
  { object: '[object Object]' },
  { toString: 'x' },
  { tenant: 'acme', level: 3 },
]
for (const required of unmet) {
  test(`a token is rejected with 403 that does not have ${inspect(required)}`, async () => {
    for (const check of [guard.check(request, { claims: required }), guard.checkToken(token, { claims: required })]) {
      const { status, reason, headers, body, expected } = await rejectionOf(check)
      assert.deepEqual([status, reason, body['error']], [403, 'claim_mismatch', 'insufficient_scope'])
      assert.equal(
        headers['www-authenticate'],
        'Bearer error="insufficient_scope", error_description="The access token lacks a claim that is needed here"',
      )
      assert.match(expected ?? '', new RegExp(`^${Object.keys(required).at(-1)}, `))
    }
  })
}

/** As a program may write it: its members are not the object's own. */
class Tenant {
  get tenant(): string {
    return 'other'
  }
}

const wrong: readonly unknown[] = [
  new Tenant(),
  Object.create({ tenant: 'other' }),
  null,
  undefined,
  'tenant',
  ['tenant'],
  new Map([['tenant', 'acme']]),
  { tenant: undefined },
  { tenant: null },
  { tenant: { is: 'acme' } },
  { tenant: [undefined] },
  { tenant: [['acme']] },
  { tenant: () => true },
]
for (const required of wrong) {
  test(`E33 a route that requires the claims ${inspect(required)} is closed, not open`, async () => {
    const { status, reason, cause } = await rejectionOf(
      Reflect.apply(guard.check, undefined, [request, { claims: required }]),
    )
    assert.deepEqual([status, reason], [503, 'verification_failed'])
    assert.match(String(cause), /a requirement must be \{ scopes: \[\.\.\.\], claims: \{ name: value \} \}/)
  })
}

test('a missing scope is told before a claim', async () => {
  const { reason } = await rejectionOf(guard.check(request, { scopes: ['admin'], claims: { tenant: 'other' } }))
  assert.equal(reason, 'scope_missing')
})

test('the tutorial answers 401 to a claim that is missing', async () => {
  const tutorial = makeGuard([signer], { compat: 'fastapi' })
  const { status, body } = await rejectionOf(tutorial.check(request, { claims: { tenant: 'other' } }))
  assert.deepEqual([status, body], [401, { detail: 'Not enough permissions' }])
})

test('what an introspection endpoint says is compared the same way', async (t) => {
  const served = await startIssuer(t)
  serveIntrospection(served).answer(() => ({ ...activeAnswer, tenant: 'acme' }))
  const introspecting = makeIntrospectionGuard(served)
  assert.equal((await introspecting.checkToken('token', { claims: { tenant: 'acme' } })).subject, 'tim')
  const { reason } = await rejectionOf(introspecting.checkToken('token', { claims: { tenant: 'other' } }))
  assert.equal(reason, 'claim_mismatch')
})
