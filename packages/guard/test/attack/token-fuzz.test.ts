/** Anything at all is either verified or rejected with TokenRejection, and what was changed is never verified. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyCharacter } from '../../../../test/support/characters.ts'
import { fc } from '../../../../test/support/fast-check.ts'
import { formatChallenge, hasScopes, parseScope, readBearer, TokenRejection } from '../../src/index.ts'
import { craft, craftParts, encode, headerOf, makeSigner, validClaims } from '../support/tokens.ts'
import { makeVerifier } from '../support/verifiers.ts'

const signer = await makeSigner('HS256', 'key-1')
const verifier = makeVerifier([signer])
const good = craft(signer)

/** The outcome; anything but a result or a TokenRejection fails the test. */
async function outcomeOf(token: string): Promise<'verified' | 'rejected'> {
  try {
    await verifier.verify(token)
    return 'verified'
  } catch (error) {
    assert.ok(error instanceof TokenRejection, String(error))
    assert.notEqual(error.reason, 'verification_failed')
    for (const fact of [error.expected, error.received]) assert.match(fact ?? '', /^[\x20-\x7e]{0,120}$/)
    return 'rejected'
  }
}

const anyText = fc.string({ unit: anyCharacter, maxLength: 300 })
const tokenLike = fc.string({ unit: fc.constantFrom(...'ABab01-_.=+/ {}"é'), maxLength: 300 })

test('any text is rejected', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyText, tokenLike), async (text) => {
      assert.equal(await outcomeOf(text), 'rejected')
    }),
    { numRuns: 2000 },
  )
})

test('a good token with anything changed, cut or put in is rejected', async () => {
  const position = fc.nat({ max: good.length })
  await fc.assert(
    fc.asyncProperty(position, fc.nat({ max: 3 }), fc.oneof(anyText, tokenLike), async (at, removed, inserted) => {
      const mutated = good.slice(0, at) + inserted.slice(0, 4) + good.slice(at + removed)
      fc.pre(mutated !== good)
      assert.equal(await outcomeOf(mutated), 'rejected')
    }),
    { numRuns: 2000 },
  )
})

test('any signed header and claims are verified or rejected, and nothing else', async () => {
  const part = fc.oneof(anyText, fc.json(), fc.uint8Array({ maxLength: 100 }))
  await fc.assert(
    fc.asyncProperty(part, part, async (header, claims) => {
      assert.equal(await outcomeOf(craftParts(encode(header), encode(claims), signer.sign)), 'rejected')
    }),
  )
})

test('any values of the known members are verified or rejected, and nothing else', async () => {
  const value = fc.oneof(fc.jsonValue(), fc.constant(undefined))
  const headers = fc.record({ alg: value, typ: value, kid: value }, { requiredKeys: [] })
  const names = { iss: value, aud: value, sub: value, exp: value, nbf: value, iat: value, scope: value, jti: value }
  const claims = fc.record(names, { requiredKeys: [] })
  await fc.assert(
    fc.asyncProperty(fc.oneof(headers, fc.constant({})), claims, async (header, changed) => {
      const merged = { ...headerOf(signer), ...header }
      await outcomeOf(craft(signer, { header: merged, claims: { ...validClaims, ...changed } }))
    }),
    { numRuns: 1000 },
  )
})

test('any Authorization header is read without throwing, and a token never has a space', () => {
  const header = fc.oneof(
    anyText,
    anyText.map((text) => `Bearer ${text}`),
    tokenLike.map((text) => `bearer ${text}`),
  )
  fc.assert(
    fc.property(header, (text) => {
      const bearer = readBearer(text)
      if (bearer.kind === 'token') assert.match(bearer.token, /^[\x21-\x7e]+$/)
    }),
    { numRuns: 2000 },
  )
})

test('any scope that is read grants its own tokens, and can stand in a challenge', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, tokenLike), (text) => {
      const scopes = parseScope(text)
      if (scopes === undefined) return
      assert.ok(hasScopes(scopes, scopes))
      assert.match(formatChallenge({ error: 'insufficient_scope', scope: scopes.join(' ') }), /^Bearer [\x20-\x7e]+$/)
    }),
  )
})
