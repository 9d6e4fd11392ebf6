/** RFC 7519: JSON Web Token, as the tutorial's HS256 tokens use it (`type: 'minimal-jwt'`). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audience, craft, craftClaim, craftParts, encode, issuer, makeSigner, testTime } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeClock, makeVerifier } from '../support/verifiers.ts'

const signer = await makeSigner('HS256')
const verifier = makeVerifier([signer], { type: 'minimal-jwt' })

function tutorialToken(claims: object, header: object = { alg: 'HS256', typ: 'JWT' }): string {
  return craftParts(encode(JSON.stringify(header)), encode(JSON.stringify(claims)), signer.sign)
}

const tutorialClaims = { sub: 'tim', exp: testTime + 1800 }

test("§3.1 the tutorial's token passes: alg and typ, sub and exp, nothing else", async () => {
  const verified = await assertVerified(verifier, tutorialToken(tutorialClaims))
  assert.deepEqual(verified, {
    subject: 'tim',
    scopes: undefined,
    clientId: undefined,
    tokenId: undefined,
    expiresAt: testTime + 1800,
    claims: tutorialClaims,
  })
})

test("§3.1 the tutorial's token with scopes passes, also with none ticked", async () => {
  const some = await assertVerified(verifier, tutorialToken({ ...tutorialClaims, scope: 'me items' }))
  assert.deepEqual(some.scopes, ['me', 'items'])
  const none = await assertVerified(verifier, tutorialToken({ ...tutorialClaims, scope: '' }))
  assert.deepEqual(none.scopes, [])
})

for (const type of ['JWT', 'jwt', 'Jwt', 'application/jwt', undefined]) {
  test(`§5.1 typ ${type} is a JWT`, async () => {
    await assertVerified(verifier, tutorialToken(tutorialClaims, { alg: 'HS256', typ: type }))
  })
}

for (const type of ['at+jwt', 'JWE', 'JWT ', '', null, 1, ['JWT']]) {
  test(`§5.1 typ ${JSON.stringify(type)} is not a plain JWT`, async () => {
    await assertRejected(verifier, tutorialToken(tutorialClaims, { alg: 'HS256', typ: type }), 'type_mismatch')
  })
}

test('§4.1.1 iss is compared when the token has one', async () => {
  await assertVerified(verifier, tutorialToken({ ...tutorialClaims, iss: issuer }))
  await assertRejected(verifier, tutorialToken({ ...tutorialClaims, iss: `${issuer}/` }), 'issuer_mismatch')
  await assertRejected(verifier, tutorialToken({ ...tutorialClaims, iss: [issuer] }), 'issuer_mismatch')
})

test('§4.1.2 sub must be there', async () => {
  await assertRejected(verifier, tutorialToken({ exp: tutorialClaims.exp }), 'subject_invalid')
})

test('§4.1.3 aud is compared when the token has one', async () => {
  await assertVerified(verifier, tutorialToken({ ...tutorialClaims, aud: audience }))
  await assertVerified(verifier, tutorialToken({ ...tutorialClaims, aud: ['https://other.example', audience] }))
  await assertRejected(
    verifier,
    tutorialToken({ ...tutorialClaims, aud: 'https://other.example' }),
    'audience_mismatch',
  )
  await assertRejected(verifier, tutorialToken({ ...tutorialClaims, aud: [] }), 'audience_mismatch')
})

for (const exp of [testTime + 600.5, testTime + 0.001, testTime + 600.123456789]) {
  test(`§2 exp ${exp} is a NumericDate with a fraction, which counts`, async () => {
    const clock = makeClock()
    const remembering = makeVerifier([signer], { type: 'minimal-jwt', now: clock.now })
    const token = tutorialToken({ ...tutorialClaims, exp })
    assert.equal((await assertVerified(remembering, token)).expiresAt, exp)
    clock.moveTo(exp - 0.0005)
    await assertVerified(remembering, token)
    clock.moveTo(exp)
    await assertRejected(remembering, token, 'token_expired')
    await assertRejected(makeVerifier([signer], { type: 'minimal-jwt', now: clock.now }), token, 'token_expired')
  })
}

test('§2 nbf and iat may have fractions, which count', async () => {
  for (const name of ['nbf', 'iat']) {
    await assertVerified(verifier, tutorialToken({ ...tutorialClaims, [name]: testTime + 29.9 }))
    const late = tutorialToken({ ...tutorialClaims, [name]: testTime + 30.1 })
    await assertRejected(verifier, late, 'token_not_yet_valid')
  }
})

test('§4.1.4 a token is valid until the instant of exp, to the fraction of a second', async () => {
  const clock = makeClock()
  const uncached = makeVerifier([signer], { type: 'minimal-jwt', now: clock.now, cacheSize: 0 })
  const token = tutorialToken(tutorialClaims)
  clock.moveTo(tutorialClaims.exp - 0.001)
  await assertVerified(uncached, token)
  clock.moveTo(tutorialClaims.exp)
  await assertRejected(uncached, token, 'token_expired')
})

test('§4.1.4 a clock that is ahead gets no tolerance on exp', async () => {
  const tolerant = makeVerifier([signer], { type: 'minimal-jwt', clockTolerance: 60 })
  await assertRejected(tolerant, tutorialToken({ sub: 'tim', exp: testTime - 1 }), 'token_expired')
})

for (const name of ['nbf', 'iat'] as const) {
  const invalid = name === 'nbf' ? 'not_before_invalid' : 'issued_at_invalid'

  test(`§4.1.5-6 ${name} may lie ahead by the tolerance and not by more`, async () => {
    await assertVerified(verifier, craftPlain(name, String(testTime + 30)))
    await assertRejected(verifier, craftPlain(name, String(testTime + 30.5)), 'token_not_yet_valid')
  })

  test(`§2 ${name} may have a fraction, and lie before the epoch`, async () => {
    await assertVerified(verifier, craftPlain(name, String(testTime - 0.25)))
    await assertVerified(verifier, craftPlain(name, '-1'))
  })

  for (const json of ['"1"', 'null', 'true', '[]', '{}', '1e400', '-1e400']) {
    test(`§4.1.5-6 ${name} must be a number: ${json} is rejected`, async () => {
      await assertRejected(verifier, craftPlain(name, json), invalid)
    })
  }
}

test('§4.1.7 jti must be a string when there is one', async () => {
  assert.equal((await assertVerified(verifier, craftPlain('jti', '"a"'))).tokenId, 'a')
  await assertRejected(verifier, craftPlain('jti', '1'), 'token_id_invalid')
  await assertRejected(verifier, craftPlain('jti', '""'), 'token_id_invalid')
})

test('§7.2 the claims must be a JSON object in UTF-8', async () => {
  const header = encode('{"alg":"HS256"}')
  for (const text of ['[]', 'null', '"sub"', '12', 'sub', '{"sub":"tim"', '{"sub":"tim",}', '\ufeff{}']) {
    await assertRejected(verifier, craftParts(header, encode(text), signer.sign), 'payload_invalid')
  }
  const latin1 = Buffer.from('{"sub":"Jos\xe9"}', 'latin1')
  await assertRejected(verifier, craftParts(header, encode(latin1), signer.sign), 'payload_invalid')
})

/** A good token of type JWT with one claim as that JSON text. */
function craftPlain(name: string, json: string): string {
  const [, payload = ''] = craftClaim(signer, name, json).split('.')
  return craftParts(encode('{"alg":"HS256","typ":"JWT"}'), payload, signer.sign)
}

test('§5.1 a token for the other kind of verifier is rejected', async () => {
  await assertRejected(verifier, craft(signer), 'type_mismatch')
})
