/** Attacks on the signature: E20, E21. */
import assert from 'node:assert/strict'
import { constants, createHash, privateEncrypt, sign } from 'node:crypto'
import { test } from 'node:test'
import { craft, craftParts, encode, headerOf, makePairSigner, makeSigner, validClaims } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier } from '../support/verifiers.ts'

const es256 = await makePairSigner('ES256', 'ec')
const rs256 = await makePairSigner('RS256', 'rsa')
const eddsa = await makePairSigner('EdDSA', 'ed')
const hs256 = await makeSigner('HS256', 'secret')
const verifier = makeVerifier([es256, rs256, eddsa, hs256])
const payload = encode(JSON.stringify(validClaims))

/** Any header beside good claims, with any signature. */
function forge(header: object, signInput: (input: string) => Uint8Array): string {
  return craftParts(encode(JSON.stringify(header)), payload, signInput)
}

test('the tokens that the attacks start from pass', async () => {
  for (const signer of [es256, rs256, eddsa, hs256]) await assertVerified(verifier, craft(signer))
})

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function bigEndian(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}

function readBigEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

test('E20 the twin (r, n-s) of an ES256 signature is the same token to a revocation list: same token id', async () => {
  const token = craft(es256)
  const twin = forge(headerOf(es256), () => {
    const signature = Buffer.from(token.split('.')[2] ?? '', 'base64url')
    return Buffer.concat([signature.subarray(0, 32), bigEndian(order - readBigEndian(signature.subarray(32)))])
  })
  assert.notEqual(twin, token)
  const [first, second] = [await assertVerified(verifier, token), await assertVerified(verifier, twin)]
  assert.equal(second.tokenId, first.tokenId)
  assert.notEqual(first.tokenId, undefined)
})

const edges = new Map([
  ['0', 0n],
  ['1', 1n],
  ['n-1', order - 1n],
  ['n', order],
  ['n+1', order + 1n],
  ['2^256-1', 2n ** 256n - 1n],
])
for (const [rName, r] of edges) {
  for (const [sName, s] of edges) {
    test(`E21 ES256 with r=${rName}, s=${sName} is rejected`, async () => {
      const signature = Buffer.concat([bigEndian(r), bigEndian(s)])
      await assertRejected(
        verifier,
        forge(headerOf(es256), () => signature),
        'signature_mismatch',
      )
    })
  }
  test(`E21 ES256 with one half right and the other ${rName} is rejected`, async () => {
    const half = (input: string): Buffer => es256.sign(input).subarray(0, 32)
    const edge = bigEndian(r)
    await assertRejected(
      verifier,
      forge(headerOf(es256), (input) => Buffer.concat([half(input), edge])),
      'signature_mismatch',
    )
    await assertRejected(
      verifier,
      forge(headerOf(es256), (input) => Buffer.concat([edge, half(input)])),
      'signature_mismatch',
    )
  })
}

const zeros = Buffer.alloc(32)
const misshapen: ReadonlyMap<string, (signature: Buffer) => Uint8Array> = new Map([
  ['one byte', (signature) => signature.subarray(0, 1)],
  ['one byte short', (signature) => signature.subarray(0, -1)],
  ['one byte long', (signature) => Buffer.concat([signature, Buffer.alloc(1)])],
  ['a leading zero', (signature) => Buffer.concat([Buffer.alloc(1), signature])],
  ['half of it', (signature) => signature.subarray(0, signature.length / 2)],
  ['twice over', (signature) => Buffer.concat([signature, signature])],
  ['all zero', (signature) => Buffer.alloc(signature.length)],
  ['all ones', (signature) => Buffer.alloc(signature.length, 0xff)],
])
for (const signer of [es256, rs256, eddsa, hs256]) {
  for (const [what, reshape] of misshapen) {
    test(`E21 an ${signer.algorithm} signature that is ${what} is rejected`, async () => {
      const token = forge(headerOf(signer), (input) => reshape(signer.sign(input)))
      await assertRejected(verifier, token, 'signature_mismatch')
    })
  }
}

test('E21 an ES256 signature in DER, or with halves padded to 48 bytes, is rejected', async () => {
  const der = (input: string): Buffer => sign('sha256', Buffer.from(input), es256.privateKey)
  await assertRejected(verifier, forge(headerOf(es256), der), 'signature_mismatch')
  const padded = (input: string): Buffer => {
    const signature = es256.sign(input)
    return Buffer.concat([zeros.subarray(16), signature.subarray(0, 32), zeros.subarray(16), signature.subarray(32)])
  }
  await assertRejected(verifier, forge(headerOf(es256), padded), 'signature_mismatch')
})

test('E21 an EdDSA signature with S+L is rejected', async () => {
  const groupOrder = 2n ** 252n + 27742317777372353535851937790883648493n
  const malleate = (input: string): Buffer => {
    const signature = eddsa.sign(input)
    const raised = readBigEndian(signature.subarray(32).toReversed()) + groupOrder
    return Buffer.concat([signature.subarray(0, 32), bigEndian(raised).reverse()])
  }
  await assertRejected(verifier, forge(headerOf(eddsa), malleate), 'signature_mismatch')
})

const sha256Prefix = '3031300d060960864801650304020105000420'

/** A block for the raw RSA operation: head, padding bytes, tail, 256 bytes in all. */
function block(head: string, fill: number, tail: Buffer): Buffer {
  const start = Buffer.from(head, 'hex')
  return Buffer.concat([start, Buffer.alloc(256 - start.length - tail.length, fill), tail])
}

function digestInfo(prefix: string, input: string): Buffer {
  return Buffer.concat([Buffer.from(prefix, 'hex'), createHash('sha256').update(input).digest()])
}

function signBlock(makeBlock: (input: string) => Buffer): string {
  const key = { key: rs256.privateKey, padding: constants.RSA_NO_PADDING }
  return forge(headerOf(rs256), (input) => privateEncrypt(key, makeBlock(input)))
}

test('E21 the PKCS #1 block that the forgeries start from passes', async () => {
  const separator = Buffer.alloc(1)
  const token = signBlock((input) => block('0001', 0xff, Buffer.concat([separator, digestInfo(sha256Prefix, input)])))
  await assertVerified(verifier, token)
})

const forgeries: ReadonlyMap<string, (input: string) => Buffer> = new Map([
  ['block type 2', (input) => block('0002', 0xff, Buffer.concat([Buffer.alloc(1), digestInfo(sha256Prefix, input)]))],
  ['block type 0', (input) => block('0000', 0x00, digestInfo(sha256Prefix, input))],
  [
    'padding that is not FF',
    (input) => block('0001', 0xfe, Buffer.concat([Buffer.alloc(1), digestInfo(sha256Prefix, input)])),
  ],
  ['no separator', (input) => block('0001', 0xff, digestInfo(sha256Prefix, input))],
  [
    'garbage after the digest (Bleichenbacher 2006)',
    (input) =>
      block(`0001${'ff'.repeat(8)}00${digestInfo(sha256Prefix, input).toString('hex')}`, 0xaa, Buffer.alloc(0)),
  ],
  [
    'the digest algorithm without NULL',
    (input) =>
      block('0001', 0xff, Buffer.concat([Buffer.alloc(1), digestInfo('302f300b06096086480165030402010420', input)])),
  ],
  [
    'the name of SHA-512',
    (input) =>
      block(
        '0001',
        0xff,
        Buffer.concat([Buffer.alloc(1), digestInfo('3031300d060960864801650304020305000420', input)]),
      ),
  ],
  [
    'the digest without its name',
    (input) => block('0001', 0xff, Buffer.concat([Buffer.alloc(1), digestInfo('', input)])),
  ],
])
for (const [what, makeBlock] of forgeries) {
  test(`E21 an RS256 signature over a block with ${what} is rejected`, async () => {
    await assertRejected(verifier, signBlock(makeBlock), 'signature_mismatch')
  })
}
