/** Where the scopes of a token are: in `scope` (RFC 8693 §4.2), or where other issuers write them. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explain } from '../../src/explain/explain.ts'
import { makeGuard, rejectionOf } from '../support/guards.ts'
import { activeAnswer, makeIntrospectionGuard, serveIntrospection } from '../support/introspection.ts'
import { startIssuer } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { audience, craft, issuer, makePairSigner, testTime } from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const guard = makeGuard([signer])
const settings = { keys: [signer.verification], issuer, audience, now: () => testTime }

function tokenWith(claims: Readonly<Record<string, unknown>>): string {
  return craft(signer, { claims: { scope: undefined, ...claims } })
}

const byDefault: readonly (readonly [
  what: string,
  claims: Readonly<Record<string, unknown>>,
  scopes: readonly string[],
])[] = [
  ['scp as text, as of Entra', { scp: 'items.read me' }, ['items.read', 'me']],
  ['scp as a list, as of Okta', { scp: ['items', 'me'] }, ['items', 'me']],
  ['scp as a list with one twice', { scp: ['me', 'me'] }, ['me']],
  ['an empty scp', { scp: '' }, []],
  ['an empty list in scp', { scp: [] }, []],
  ['scope before scp', { scope: 'me', scp: ['items'] }, ['me']],
  ['an empty scope before scp', { scope: '', scp: ['items'] }, []],
  ['permissions and roles, which nobody asked for', { permissions: ['items'], roles: ['items'] }, []],
  ['none', {}, []],
]
for (const [what, claims, scopes] of byDefault) {
  test(`by default the scopes are read of ${what}`, async () => {
    const access = await assertPasses(guard, tokenWith(claims))
    assert.deepEqual(access.scopes, scopes)
    assert.ok(Object.isFrozen(access.scopes))
  })
}

for (const claim of ['scope', 'scp', 'permissions', 'roles', 'scopes', 'https://example.com/scopes', '__proto__']) {
  test(`scopeClaim ${claim}: its list or its text has the scopes, and no other claim has`, async () => {
    const reading = makeGuard([signer], { scopeClaim: claim })
    for (const value of ['items me', ['items', 'me']]) {
      const token = tokenWith({ scope: 'x', scp: 'x', permissions: ['x'], ...Object.fromEntries([[claim, value]]) })
      assert.deepEqual((await reading.checkToken(token, { scopes: ['items'] })).scopes, ['items', 'me'])
      assert.equal((await explain(token, { ...settings, scopeClaim: claim, scopes: ['me'] })).decision, 'passes')
    }
    const { scopes } = await assertPasses(reading, tokenWith({ scope: claim === 'scope' ? undefined : 'items' }))
    assert.deepEqual(scopes, [])
  })
}

for (const value of [null, 1, true, {}, { items: true }, [1], ['items', null], [['items']], 'a\tb']) {
  test(`a claim of scopes that is ${JSON.stringify(value)} is rejected`, async () => {
    await assertRequestRejected(guard, tokenWith({ scp: value }), 401, 'scope_invalid')
    const roles = makeGuard([signer], { scopeClaim: 'roles' })
    await assertRequestRejected(roles, tokenWith({ roles: value }), 401, 'scope_invalid')
  })
}

test('names in a list that are no scopes, such as those of roles, grant nothing and harm nothing', async () => {
  const roles = makeGuard([signer], { scopeClaim: 'roles' })
  const names = ['items', 'Power User', 'Köche', 'a\tb', '', '"me"', 'me']
  const token = tokenWith({ roles: names, scp: names })
  for (const reading of [roles, guard]) {
    assert.deepEqual((await reading.checkToken(token, { scopes: ['items', 'me'] })).scopes, ['items', 'me'])
    for (const scope of ['User', 'Power', 'Power User', 'a']) {
      const { status, reason } = await rejectionOf(reading.checkToken(token, { scopes: [scope] }))
      assert.deepEqual([status, reason], [403, 'scope_missing'])
    }
  }
  assert.equal((await roles.checkToken(token, { claims: { roles: 'Power User' } })).subject, 'tim')
  const { checks } = await explain(tokenWith({ roles: names }), { ...settings, scopes: ['items'] })
  assert.equal(checks.at(-1)?.received, 'absent; roles has them: set scopeClaim to it')
})

test('a list in scope is another format, unless scopeClaim names it', async () => {
  await assertRequestRejected(guard, tokenWith({ scope: ['items'] }), 401, 'scope_invalid')
})

test('what an introspection endpoint says is read the same way', async (t) => {
  const served = await startIssuer(t)
  serveIntrospection(served).answer(() => ({ ...activeAnswer, scope: undefined, permissions: ['items'] }))
  const reading = makeIntrospectionGuard(served, { options: { scopeClaim: 'permissions' } })
  assert.deepEqual((await assertPasses(reading, 'token')).scopes, ['items'])
})

const elsewhere: readonly (readonly [what: string, claims: object, scopes: readonly string[], received: RegExp])[] = [
  ['nowhere', {}, ['items'], /^absent$/],
  [
    'in permissions',
    { permissions: ['items', 'me'] },
    ['items'],
    /^absent; permissions has them: set scopeClaim to it$/,
  ],
  ['in roles', { scope: 'openid', roles: ['items'] }, ['items'], /^"openid"; roles has them: set scopeClaim to it$/],
  ['in scopes as text', { scopes: 'items me' }, ['items', 'me'], /; scopes has them/],
  ['in scp beside scope', { scope: 'openid', scp: ['items'] }, ['items'], /; scp has them/],
  ['in permissions, but not all of them', { permissions: ['items'] }, ['items', 'me'], /^absent$/],
  ['in permissions that are no scopes', { permissions: [{ items: true }] }, ['items'], /^absent$/],
]
for (const [what, claims, scopes, received] of elsewhere) {
  test(`explain says where the required scopes are: ${what}`, async () => {
    const { reason, checks } = await explain(tokenWith({ ...claims }), { ...settings, scopes })
    assert.equal(reason, 'scope_missing')
    assert.match(checks.at(-1)?.received ?? '', received)
  })
}

test('explain says where scopes are when none are required', async () => {
  const { decision, checks } = await explain(tokenWith({ permissions: ['items'] }), settings)
  assert.equal(decision, 'passes')
  assert.equal(checks.at(-1)?.received, 'absent; permissions has them: set scopeClaim to it')
  const { checks: others } = await explain(tokenWith({ scope: 'me', permissions: ['items'] }), settings)
  assert.equal(others.at(-1)?.received, '"me"')
})

test('explain says where the scopes are that scopeClaim looks for in vain', async () => {
  const given = { ...settings, scopes: ['items'], scopeClaim: 'permissions' }
  const { checks } = await explain(tokenWith({ scope: 'items' }), given)
  assert.equal(checks.at(-1)?.received, 'absent; scope has them: set scopeClaim to it')
  const { checks: form } = await explain(tokenWith({ permissions: 7 }), given)
  assert.equal(form.find(({ check }) => check === 'scope')?.received, '7')
})
