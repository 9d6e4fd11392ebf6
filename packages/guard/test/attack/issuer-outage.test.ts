/** Keys of an issuer that is away, is broken or hangs: how long they are trusted (E24), and how often the issuer is asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../support/followed-feed.ts'
import { followKeys } from '../support/followed-keys.ts'
import { makeHangingNetwork } from '../support/hanging-network.ts'
import { jwksPath } from '../support/issuer.ts'
import { assertPasses, assertRequestRejected } from '../support/outcomes.ts'
import { makePairSigner, testTime } from '../support/tokens.ts'

const next = await makePairSigner('ES256', 'key-2')

test('through an outage of a day, cached keys decide, and the issuer is asked once per cooldown', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  for (const [age, failed] of [
    [301, 1],
    [310, 1],
    [331, 1],
    [332, 2],
    [86_669, 3],
    [86_700, 4],
  ] as const) {
    clock.moveTo(testTime + age)
    await assertPasses(guard, tokenOf(issuer.signer, { attempt: age }))
    const fetches = () => failures.filter((failure) => failure.startsWith('jwks: ')).length
    await until(() => fetches() >= failed)
    assert.equal(fetches(), failed)
  }
})

for (const [what, options, last] of [
  ['24 hours past their freshness', {}, 86_700],
  ['for maxKeyStaleness past it', { maxKeyStaleness: 60 }, 360],
  ['not at all with maxKeyStaleness 0', { maxKeyStaleness: 0 }, 300],
] as const) {
  test(`E24 keys of an issuer that is away are trusted ${what}, then every token is answered 503 until it is back`, async (t) => {
    const { issuer, guard, clock, tokenOf, failures } = await followKeys(t, options)
    const token = tokenOf()
    await assertPasses(guard, token)
    await issuer.stop()
    clock.moveTo(testTime + last)
    await assertPasses(guard, token)
    await assertPasses(guard, tokenOf(issuer.signer, { attempt: 1 }))
    // The fetch that both began ends before the clock moves.
    await until(() => last === 300 || failures.some((failure) => failure.startsWith('jwks: ')))
    clock.moveTo(testTime + last + 1)
    // What was verified with them is as old as they are.
    await assertRequestRejected(guard, token, 503, 'issuer_unavailable')
    await assertRequestRejected(guard, tokenOf(next), 503, 'issuer_unavailable')
    await issuer.resume()
    clock.moveTo(testTime + last + 100)
    await assertPasses(guard, token)
  })
}

test('E24 a clock that was set back makes no key too old', async (t) => {
  const { issuer, guard, clock, tokenOf } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  await issuer.stop()
  clock.moveTo(testTime - 20)
  await assertPasses(guard, tokenOf(issuer.signer, { attempt: 1 }))
})

test('a guard whose issuer was never there answers 503, asks again after a few seconds, and then works', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await followKeys(t)
  await issuer.stop()
  for (const age of [0, 1, 5]) {
    clock.moveTo(testTime + age)
    const rejection = await assertRequestRejected(guard, tokenOf(), 503, 'issuer_unavailable')
    assert.equal(rejection.headers['retry-after'], '5')
    assert.equal(rejection.headers['www-authenticate'], undefined)
    assert.equal(failures.length, 1)
  }
  await issuer.resume()
  clock.moveTo(testTime + 6)
  await assertPasses(guard, tokenOf())
})

test('a key set that is broken for a while changes nothing', async (t) => {
  const { issuer, guard, clock, tokenOf, failures } = await followKeys(t)
  await assertPasses(guard, tokenOf())
  for (const [index, body] of ['{', '[]', '{"keys":{}}', '{"keys":[]}', '{"keys":[],"keys":[]}'].entries()) {
    issuer.serve(jwksPath, () => ({ body }))
    clock.moveTo(testTime + 400 * (index + 1))
    await assertPasses(guard, tokenOf())
    await until(() => failures.length === index + 1)
  }
  for (const failure of failures) assert.match(failure, /^jwks: /)
})

test('a fetch that an edge runtime forgot is begun again', async (t) => {
  const network = makeHangingNetwork(jwksPath)
  const { guard, clock, tokenOf } = await followKeys(t, { fetch: network.fetch })
  network.hang(true)
  const forgotten = guard.checkToken(tokenOf())
  await network.hung
  network.hang(false)
  clock.moveTo(testTime + 31)
  await assertPasses(guard, tokenOf())
  network.release()
  await forgotten
})
