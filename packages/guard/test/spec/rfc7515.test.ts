/** RFC 7515: JSON Web Signature, compact serialization. */
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { test } from 'node:test'
import { splitToken } from '../../src/jwt/jwt.ts'
import { requireSignature } from '../../src/jwt/signature.ts'
import type { VerificationKey } from '../../src/jwt/verifier.ts'
import { requireFitKeys } from '../../src/keys/fit-keys.ts'
import { craft, craftParts, encode, headerOf, makeSigner, validClaims } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier, rejectionOf } from '../support/verifiers.ts'

const signer = await makeSigner('ES256', 'key-1')
const verifier = makeVerifier([signer])
const good = craft(signer)
const [header = '', payload = '', signature = ''] = good.split('.')

test('§7.1 a token of three parts passes', async () => {
  assert.equal((await assertVerified(verifier, good)).subject, 'tim')
})

const misshapen: readonly (readonly [what: string, token: string])[] = [
  ['nothing', ''],
  ['one part', 'abcd'],
  ['two parts', `${header}.${payload}`],
  ['four parts', `${good}.`],
  ['an empty header', `.${payload}.${signature}`],
  ['an empty payload', `${header}..${signature}`],
  ['an empty signature', `${header}.${payload}.`],
  ['dots alone', '..'],
]
for (const [what, token] of misshapen) {
  test(`§7.1 ${what} is rejected`, async () => {
    await assertRejected(verifier, token, 'token_malformed')
  })
}

test('§7.1 the number of parts is told before anything in them is looked at', async () => {
  assert.equal((await rejectionOf(verifier, '*.*.*.*.*')).expected, 'three parts')
})

const misspelt: readonly (readonly [what: string, part: (text: string) => string])[] = [
  ['padding', (text) => `${text}=`],
  ['a space', (text) => `${text} `],
  ['a line break', (text) => `${text}\n`],
  ['the other alphabet', (text) => `+/${text.slice(2)}`],
  ['a character beyond ASCII', (text) => `é${text.slice(1)}`],
  ['a character beyond the first plane', (text) => `\u{1f512}${text.slice(2)}`],
  ['one character too many', (text) => 'A'.repeat(text.length + ((5 - (text.length % 4)) % 4))],
]
for (const [what, misspell] of misspelt) {
  test(`§2 ${what} is not base64url, in any of the parts`, async () => {
    await assertRejected(verifier, `${misspell(header)}.${payload}.${signature}`, 'token_malformed')
    await assertRejected(verifier, `${header}.${misspell(payload)}.${signature}`, 'token_malformed')
    await assertRejected(verifier, `${header}.${payload}.${misspell(signature)}`, 'token_malformed')
  })
}

test('§2 unused trailing bits must be zero: a signature has one spelling', async () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  // 64 bytes are 86 characters; the last one carries two bits of the signature and four unused.
  const last = alphabet.indexOf(signature.slice(-1))
  for (let unused = 1; unused < 16; unused++) {
    const twin = signature.slice(0, -1) + alphabet[last + unused]
    assert.ok(Buffer.from(twin, 'base64url').equals(Buffer.from(signature, 'base64url')))
    await assertRejected(verifier, `${header}.${payload}.${twin}`, 'token_malformed')
  }
})

test('§4 a header that is no JSON object is rejected', async () => {
  for (const text of ['', '[]', 'null', '"alg"', '1', '{', '{"alg":"ES256"} x', "{'alg':'ES256'}", '\ufeff{}']) {
    const token = craftParts(encode(text) || 'AA', payload, signer.sign)
    await assertRejected(verifier, token, 'header_invalid')
  }
})

test('§4 a header that is not UTF-8 is rejected', async () => {
  const bytes = Buffer.concat([Buffer.from('{"alg":"ES256","x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])
  await assertRejected(verifier, craft(signer, { header: bytes }), 'header_invalid')
  await assertVerified(verifier, good)
})

test('§4.1.1 alg must be a string', async () => {
  await assertRejected(verifier, craft(signer, { header: { alg: undefined } }), 'header_invalid')
  await assertRejected(verifier, craft(signer, { header: { alg: 256 } }), 'header_invalid')
})

test('§4.1.4 kid chooses the key', async () => {
  const other = await makeSigner('ES256', 'key-2')
  const both = makeVerifier([signer, other])
  await assertVerified(both, good)
  await assertVerified(both, craft(other))
  await assertRejected(both, craft(other, { header: { kid: 'key-1' } }), 'signature_mismatch')
})

test('§4.1.4 a token without kid is checked with the only key', async () => {
  await assertVerified(verifier, craft(signer, { header: { kid: undefined } }))
})

for (const algorithm of ['ES256', 'HS256'] as const) {
  test(`§4.1.4 kid is a hint: an ${algorithm} token with one is checked with the only key, when that has no kid`, async () => {
    const alone = await makeSigner(algorithm)
    const tokens = ['any', '', '__proto__'].map((kid) => craft(alone, { header: { kid } }))
    for (const token of tokens) await assertVerified(makeVerifier([alone]), token)
  })
}

test('§4.1.4 kid is at most 256 characters', async () => {
  const longest = await makeSigner('ES256', 'k'.repeat(256))
  await assertVerified(makeVerifier([longest]), craft(longest))
  await assertRejected(verifier, craft(signer, { header: { kid: 'k'.repeat(257) } }), 'header_invalid')
})

test('§4.1.11 crit is rejected: no extension is understood', async () => {
  await assertRejected(verifier, craft(signer, { header: { crit: ['exp'], exp: 1 } }), 'header_invalid')
  await assertRejected(verifier, craft(signer, { header: { crit: [] } }), 'header_invalid')
})

const ignored: Readonly<Record<string, unknown>> = {
  jku: 'https://auth.example/jwks',
  jwk: { kty: 'EC' },
  x5u: 'https://auth.example/certificate',
  x5c: ['AAAA'],
  x5t: 'AAAA',
  'x5t#S256': 'AAAA',
  cty: 'JWT',
  nonce: 'AAAA',
  iss: 'https://other.example',
  epk: {},
  'https://example.com/x': true,
}
for (const [name, value] of Object.entries(ignored)) {
  test(`§4 the header parameter ${name}, which is not used, is ignored, whatever its value`, async () => {
    for (const any of [value, null, 1, [], {}, '']) {
      await assertVerified(verifier, craft(signer, { header: { [name]: any } }))
    }
  })
}

test('§4 the header parameters of AD FS and Entra are ignored together', async () => {
  await assertVerified(verifier, craft(signer, { header: { x5t: 'AAAA', 'x5t#S256': 'AAAA', x5c: ['AAAA'] } }))
})

test('RFC 7516 §9 a header with enc is not that of a signed token, and a compressed one is not unpacked', async () => {
  for (const name of ['enc', 'zip']) {
    await assertRejected(verifier, craft(signer, { header: { [name]: 'x' } }), 'header_invalid')
  }
})

test('§5.2 a changed payload does not fit the signature', async () => {
  const changed = encode(JSON.stringify({ ...validClaims, sub: 'admin' }))
  await assertRejected(verifier, `${header}.${changed}.${signature}`, 'signature_mismatch')
})

test('§5.2 a changed header does not fit the signature', async () => {
  const changed = encode(JSON.stringify({ ...headerOf(signer), note: 'x' }))
  await assertRejected(verifier, `${changed}.${payload}.${signature}`, 'signature_mismatch')
})

const joe = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

test('§A.1 the HMAC example verifies', async () => {
  const key = await webcrypto.subtle.importKey(
    'jwk',
    { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow' },
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  )
  const token = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${joe}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`
  await verify(token, { algorithm: 'HS256', key })
})

test('§A.3 the ECDSA example verifies', async () => {
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
    y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
  }
  const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
  const key = await webcrypto.subtle.importKey('jwk', jwk, parameters, false, ['verify'])
  const exampleSignature = 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'
  await verify(`eyJhbGciOiJFUzI1NiJ9.${joe}.${exampleSignature}`, { algorithm: 'ES256', key })
})

test('RFC 8037 §A.4 the Ed25519 example verifies', async () => {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }
  const key = await webcrypto.subtle.importKey('jwk', jwk, { name: 'Ed25519' }, false, ['verify'])
  const token =
    'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.' +
    'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg'
  await verify(token, { algorithm: 'EdDSA', key })
})

async function verify(token: string, given: VerificationKey): Promise<void> {
  const [key] = requireFitKeys([given])
  assert.ok(key)
  await requireSignature(splitToken(token), key)
}
