/** Scopes that include others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeGuard, requestRejectionOf, requestWith } from '../support/guards.ts'
import { assertPasses } from '../support/outcomes.ts'
import { craft, makePairSigner } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const scopeHierarchy = { admin: ['items', 'users'], items: ['items:read'], users: ['admin'], __proto__: ['me'] }
const guard = makeGuard([signer], { scopeHierarchy })

test('a scope includes others, also by way of others, and a cycle ends', async () => {
  const token = craft(signer, { claims: { scope: 'admin' } })
  const { scopes } = await guard.check(requestWith(`Bearer ${token}`), { scopes: ['items:read', 'users'] })
  assert.deepEqual(scopes, ['admin', 'items', 'users', 'items:read'])
  assert.ok(Object.isFrozen(scopes))
})

test('a scope that is included does not include the one above it', async () => {
  const request = requestWith(`Bearer ${craft(signer, { claims: { scope: 'items:read' } })}`)
  assert.equal((await requestRejectionOf(guard, request, { scopes: ['items'] })).reason, 'scope_missing')
})

test('a token without scopes is granted none', async () => {
  const { scopes } = await assertPasses(guard, craft(signer, { claims: { scope: undefined } }))
  assert.deepEqual(scopes, [])
})

test('a remembered token is answered with the same object', async () => {
  const token = craft(signer, { claims: { scope: 'admin' } })
  assert.equal(await guard.checkToken(token), await guard.checkToken(token))
})

test('changes to the hierarchy change no guard that was made with it', async () => {
  const items = ['items:read']
  const copied = makeGuard([signer], { scopeHierarchy: { items } })
  items.push('admin')
  const { scopes } = await assertPasses(copied, craft(signer))
  assert.deepEqual(scopes, ['me', 'items', 'items:read'])
})
