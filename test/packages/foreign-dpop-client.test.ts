/** guard with another DPoP client, oauth4webapi: its proofs, and its behavior when a nonce is required. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createGuard } from '@countersign/guard'
import { createDpop, type DpopOptions } from '@countersign/guard/dpop'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { startGuardedApi } from '../support/guarded-api.ts'

const issuer = 'https://auth.example'
const audience = 'https://api.example'
const signing = await generateKeyPair('ES256')
const jwks = { keys: [{ ...(await exportJWK(signing.publicKey)), alg: 'ES256' }] }

/** An API behind a guard, and a client that calls it with its token; `ask` returns the status. */
async function start(t: TestContext, algorithm: string, options: DpopOptions = {}) {
  const reasons: string[] = []
  const onReject = ({ reason }: { readonly reason: string }) => reasons.push(reason)
  const api = await startGuardedApi(t, createGuard({ issuer, audience, jwks, dpop: createDpop(options), onReject }))
  const DPoP = oauth.DPoP({}, await oauth.generateKeyPair(algorithm))
  const token = await new SignJWT({ cnf: { jkt: await DPoP.calculateThumbprint() }, scope: 'items' })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('tim')
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(signing.privateKey)
  const ask = async (query = '') => {
    const url = new URL(api.url + query)
    const send = { DPoP, [oauth.allowInsecureRequests]: true }
    const response = await oauth.protectedResourceRequest(token, 'GET', url, undefined, null, send)
    await response.arrayBuffer()
    return response.status
  }
  return { ask, reasons }
}

for (const algorithm of ['ES256', 'Ed25519', 'RS256', 'PS256']) {
  test(`proofs with ${algorithm} are accepted, one for each request`, async (t) => {
    const { ask, reasons } = await start(t, algorithm)
    assert.equal(await ask(), 200, reasons.join())
    assert.equal(await ask('?page=2'), 200, reasons.join())
    assert.deepEqual(reasons, [])
  })
}

test('the client understands that a nonce is required, and is accepted with it from then on', async (t) => {
  const { ask, reasons } = await start(t, 'ES256', { nonceSecret: 'a secret of all processes of this API' })
  await assert.rejects(ask(), (error) => oauth.isDPoPNonceError(error))
  assert.equal(await ask(), 200)
  assert.equal(await ask(), 200)
  assert.deepEqual(reasons, ['proof_nonce_needed'])
})
