/** The settings of a guard, one by one and against each other. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '../../src/index.ts'
import { jwkOf, makeGuard, requestWith } from '../support/guards.ts'
import { assertPasses } from '../support/outcomes.ts'
import {
  audience,
  craft,
  craftParts,
  encode,
  hmac,
  issuer,
  makePairSigner,
  testTime,
  validClaims,
} from '../support/tokens.ts'

const signer = await makePairSigner('ES256', 'key-1')
const jwks = { keys: [jwkOf(signer)] }
const secret = 'x'.repeat(32)
const introspection = { endpoint: 'https://auth.example/introspect', clientId: 'api', clientSecret: 'secret' }
const remote = { issuer, audience }
const given = { ...remote, jwks }

const refused: readonly (readonly [name: string, options: object, message: RegExp])[] = [
  ['no options', {}, /issuer is missing/],
  [
    'an unknown option',
    { ...given, audiense: 'x' },
    /audiense is not an option of createGuard: did you mean audience\?/,
  ],
  [
    'an undefined audience',
    { ...given, audience: undefined },
    /audience is undefined: give it a value or leave it out/,
  ],
  ['no audience', { issuer }, /audience is missing: give the identifier of this API/],
  ['jwks without issuer', { audience, jwks }, /issuer is missing/],
  ['jwks without audience', { issuer, jwks }, /audience is missing/],
  ['jwks and secret', { ...given, secret }, /jwks and secret exclude each other/],
  ['secret and introspection', { secret, introspection }, /secret and introspection exclude each other/],
  ['a short secret', { secret: 'x'.repeat(31) }, /secret must have at least 32 bytes.*unsafeShortSecret/],
  ['an empty secret', { secret: '' }, /secret must be a non-empty string/],
  ['unsafeShortSecret alone', { ...given, unsafeShortSecret: true }, /unsafeShortSecret must be.*goes with secret/],
  [
    'introspection without endpoint and issuer',
    { introspection: { clientId: 'a', clientSecret: 'b' } },
    /endpoint is missing/,
  ],
  ['a type with introspection', { introspection, type: 'JWT' }, /type is for JWTs/],
  ['the type of an ID token', { ...given, type: 'id' }, /type must be 'at\+jwt' or 'JWT'/],
  ['an issuer that is no URL', { audience, issuer: 'auth.example' }, /issuer: this is not an absolute URL/],
  ['an http issuer', { audience, issuer: 'http://auth.example' }, /issuer: the URL must be https/],
  ['an issuer with a password', { audience, issuer: 'https://a:b@auth.example' }, /must not contain a username/],
  ['an issuer with a query', { audience, issuer: 'https://auth.example?' }, /neither query nor fragment/],
  ['an issuer with a fragment', { audience, issuer: 'https://auth.example#' }, /neither query nor fragment/],
  [
    'an http issuer for an endpoint',
    { issuer: 'http://auth.example', introspection: { clientId: 'a', clientSecret: 'b' } },
    /issuer: the URL/,
  ],
  ['revocations without issuer', { introspection, revocations: true }, /revocations needs issuer/],
  ['revocations with a secret', { secret, issuer, revocations: true }, /leave it out with secret/],
  ['an interval that is none', { ...given, revocations: { interval: 0 } }, /revocations\.interval/],
  ['a set without keys', { ...remote, jwks: [] }, /jwks: a JWK Set must have the array "keys"/],
  ['a set that is null', { ...remote, jwks: null }, /jwks: a JWK Set must have/],
  [
    'a set of no use',
    { ...remote, jwks: { keys: [{ kty: 'oct' }] } },
    /none of its keys can verify; keys\[0\]: its kty/,
  ],
  ['another compat', { ...given, compat: 'flask' }, /compat must be 'fastapi'/],
  ['a realm with a quote', { ...given, realm: 'a"b' }, /realm must be printable ASCII/],
  ['a realm that is no text', { ...given, realm: 5 }, /realm must be printable ASCII/],
  ['dpop: true', { ...given, dpop: true }, /dpop must be the result of createDpop/],
  ['a logger that is none', { ...given, onReject: 'console' }, /onReject must be a function/],
  ['a fetch that is none', { ...given, fetch: 'fetch' }, /fetch must be a function/],
  ['a hierarchy that is none', { ...given, scopeHierarchy: 'items' }, /scopeHierarchy must be/],
  ['a hierarchy of texts', { ...given, scopeHierarchy: { items: 'read' } }, /scopeHierarchy\.items must be an array/],
  ['a hierarchy of two words', { ...given, scopeHierarchy: { 'a b': [] } }, /"a b" is not a scope/],
  ['clockTolerance', { ...given, clockTolerance: 61 }, /clockTolerance must be/],
  [
    'metadata of an audience that is no URL',
    { ...given, audience: 'items', metadata: true },
    /metadata needs audience/,
  ],
  [
    'an unknown member of metadata',
    { ...given, metadata: { nam: 'x' } },
    /nam is not an option of metadata: did you mean name\?/,
  ],
  [
    'metadata of an audience by a claim',
    { ...given, audience: { claim: 'client_id', values: ['a'] }, metadata: true },
    /metadata needs audience to be the URL/,
  ],
  [
    'an audience without a claim',
    { ...given, audience: { values: ['a'] } },
    /audience\.claim must be a non-empty string/,
  ],
  ['an audience without values', { ...given, audience: { claim: 'client_id' } }, /audience\.values must be/],
  ['an audience of no values', { ...given, audience: { claim: 'client_id', values: [] } }, /audience\.values must be/],
  [
    'an audience of a value that was never set',
    { ...given, audience: { claim: 'client_id', values: new Array(1) } },
    /audience\.values must be/,
  ],
  [
    'an audience of an empty value',
    { ...given, audience: { claim: 'client_id', values: [''] } },
    /audience\.values must be/,
  ],
  [
    'an audience of one text',
    { ...given, audience: { claim: 'client_id', values: 'app' } },
    /audience\.values must be/,
  ],
  [
    'an unknown member of audience',
    { ...given, audience: { claims: 'client_id', values: ['a'] } },
    /claims is not an option of audience: did you mean claim\?/,
  ],
  ['a list of audiences', { ...given, audience: ['a'] }, /audience must be a non-empty string/],
  [
    'an http jwksUri',
    { ...remote, jwksUri: 'http://keycloak/jwks' },
    /jwksUri: the URL must be https.*unsafeHttpHosts/,
  ],
  ['a jwksUri that is no URL', { ...remote, jwksUri: '/jwks' }, /jwksUri: this is not an absolute URL/],
  ['jwksUri and jwks', { ...given, jwksUri: 'https://auth.example/jwks' }, /jwks and jwksUri exclude each other/],
  ['jwksUri without audience', { issuer, jwksUri: 'https://auth.example/jwks' }, /audience is missing/],
  ['an http metadataUrl', { ...remote, metadataUrl: 'http://keycloak/metadata' }, /metadataUrl: the URL must be https/],
  [
    'a metadataUrl beside jwks',
    { ...given, metadataUrl: 'https://auth.example/metadata' },
    /metadataUrl is not used with jwks/,
  ],
  [
    'a metadataUrl beside jwksUri',
    { ...remote, jwksUri: 'https://auth.example/jwks', metadataUrl: 'https://auth.example/metadata' },
    /metadataUrl is not used with jwksUri/,
  ],
  [
    'a metadataUrl without issuer',
    { introspection: { clientId: 'a', clientSecret: 'b' }, metadataUrl: 'https://auth.example/metadata' },
    /endpoint is missing/,
  ],
  [
    'unsafeHttpHosts of a text',
    { ...remote, unsafeHttpHosts: 'keycloak' },
    /unsafeHttpHosts must be an array of host names/,
  ],
  ['unsafeHttpHosts with a URL', { ...remote, unsafeHttpHosts: ['http://keycloak'] }, /unsafeHttpHosts must be/],
  ['unsafeHttpHosts with a port', { ...remote, unsafeHttpHosts: ['keycloak:8080'] }, /unsafeHttpHosts must be/],
  ['unsafeHttpHosts with a pattern', { ...remote, unsafeHttpHosts: ['*.local/'] }, /unsafeHttpHosts must be/],
  ['unsafeHttpHosts in capitals', { ...remote, unsafeHttpHosts: ['Keycloak'] }, /unsafeHttpHosts must be/],
  ['unsafeHttpHosts of what was never set', { ...remote, unsafeHttpHosts: new Array(1) }, /unsafeHttpHosts must be/],
  [
    'keys that never get too old',
    { ...remote, maxKeyStaleness: Number.POSITIVE_INFINITY },
    /maxKeyStaleness must be 0 to 2592000 seconds/,
  ],
  ['a negative maxKeyStaleness', { ...remote, maxKeyStaleness: -1 }, /maxKeyStaleness must be/],
  ['an empty scopeClaim', { ...given, scopeClaim: '' }, /scopeClaim must be a non-empty string/],
  ['a list of scopeClaims', { ...given, scopeClaim: ['scp'] }, /scopeClaim must be a non-empty string/],
  ['metadata without issuer', { secret, audience, metadata: true }, /metadata needs issuer/],
]
for (const [name, options, message] of refused) {
  test(`${name} is rejected with ${message}`, () => {
    // What JavaScript can give, whatever the types say.
    const make: (options: never) => unknown = createGuard
    assert.throws(() => Reflect.apply(make, undefined, [options]), { name: 'TypeError', message })
  })
}

const options =
  'issuer audience jwks secret unsafeShortSecret introspection jwksUri metadataUrl unsafeHttpHosts maxKeyStaleness type scopeClaim scopeHierarchy revocations dpop metadata realm compat onReject onFailure clockTolerance maxTokenLength cacheSize now fetch'
for (const name of options.split(' ')) {
  for (const value of [null, Number.NaN]) {
    test(`${name}: ${value} is rejected with its name, and turns nothing off`, () => {
      const others = /^(secret|introspection)$/.test(name) ? { issuer } : given
      const make = () => Reflect.apply(createGuard, undefined, [{ ...others, [name]: value }])
      assert.throws(make, { name: 'TypeError', message: new RegExp(`\\b${name}\\b`) })
    })
  }
}

test('options that are no object are rejected', () => {
  assert.throws(() => Reflect.apply(createGuard, undefined, []), { name: 'TypeError', message: /must be an object/ })
})

test('nothing is fetched when a guard is made, nor right after', async () => {
  // Counted: an error in a fetch would become a failed fetch.
  let calls = 0
  const fetch: typeof globalThis.fetch = async () => {
    calls++
    return new Response()
  }
  createGuard({ ...remote, fetch, revocations: true, metadata: true })
  createGuard({ issuer, fetch, introspection: { clientId: 'a', clientSecret: 'b' } })
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  assert.equal(calls, 0)
})

test('an issuer that is no URL may be named with keys at hand', async () => {
  const guard = makeGuard([signer], { issuer: 'auth.example' })
  await assertPasses(guard, craft(signer, { claims: { iss: 'auth.example' } }))
})

test("the tutorial's token passes with its secret, and needs neither iss nor aud", async () => {
  const guard = createGuard({ secret, now: () => testTime })
  const { subject, scopes, expiresAt } = await assertPasses(guard, craftTutorial(secret))
  assert.deepEqual([subject, scopes, expiresAt], ['johndoe', [], testTime + 600])
})

test('with a secret, iss and aud are needed when they are configured', async () => {
  const guard = createGuard({ secret, issuer, audience, now: () => testTime })
  await assert.rejects(guard.check(requestWith(`Bearer ${craftTutorial(secret)}`)), { reason: 'issuer_mismatch' })
  await assertPasses(guard, craftTutorial(secret, validClaims))
})

test('a short secret works when it is marked as unsafe', async () => {
  const guard = createGuard({ secret: 'short', unsafeShortSecret: true, now: () => testTime })
  await assertPasses(guard, craftTutorial('short'))
})

test("tokens of type JWT pass where the issuer's are of that type, and not otherwise", async () => {
  const token = craft(signer, { header: { typ: 'JWT' } })
  await assertPasses(makeGuard([signer], { type: 'JWT' }), token)
  await assert.rejects(makeGuard([signer]).checkToken(token), { reason: 'type_mismatch' })
})

test('a guard is asked for metadata in vain when it was made without', () => {
  assert.throws(() => makeGuard([signer]).metadata(), { name: 'TypeError', message: /no option metadata: true/ })
})

function craftTutorial(key: string, claims: object = { sub: 'johndoe', exp: testTime + 600 }): string {
  const header = encode(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))
  return craftParts(header, encode(JSON.stringify(claims)), (input) => hmac(key, input))
}
