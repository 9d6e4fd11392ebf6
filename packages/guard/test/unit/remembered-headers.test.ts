/** Headers that were accepted are remembered: that must change no decision. */
import { test } from 'node:test'
import { craft, makeSigner } from '../support/tokens.ts'
import { assertRejected, assertVerified, makeVerifier } from '../support/verifiers.ts'

const signer = await makeSigner('ES256', 'key-1')
const other = await makeSigner('ES256', 'key-1')

test('a header that was accepted vouches for no signature', async () => {
  const verifier = makeVerifier([signer])
  await assertVerified(verifier, craft(signer, { claims: { sub: 'ada' } }))
  await assertRejected(verifier, craft(other, { claims: { sub: 'tim' } }), 'signature_mismatch')
})

test('a header does not outlive the keys that it was accepted with', async () => {
  const verifier = makeVerifier([signer])
  await assertVerified(verifier, craft(signer, { claims: { sub: 'ada' } }))
  verifier.replaceKeys([other.verification])
  await assertRejected(verifier, craft(signer, { claims: { sub: 'tim' } }), 'signature_mismatch')
  await assertVerified(verifier, craft(other, { claims: { sub: 'tim' } }))
})

test('a header that was rejected is rejected again', async () => {
  const verifier = makeVerifier([signer])
  for (const subject of ['ada', 'tim']) {
    const token = craft(signer, { header: { typ: 'JWT' }, claims: { sub: subject } })
    await assertRejected(verifier, token, 'type_mismatch')
  }
})

test('any number of headers is judged right, one after another and again', async () => {
  const verifier = makeVerifier([signer])
  for (const round of ['first', 'second']) {
    for (let extra = 0; extra < 40; extra++) {
      await assertVerified(verifier, craft(signer, { header: { extra }, claims: { sub: `${round}-${extra}` } }))
      await assertRejected(verifier, craft(signer, { header: { extra, crit: [] } }), 'header_invalid')
    }
  }
})
