/** What an issuer signed beside access tokens: read with its keys, and with newer ones when it names one of those. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepMetadata } from '../../src/issuer/discovery.ts'
import type { Issuer } from '../../src/issuer/issuer.ts'
import { verifyJwt } from '../../src/issuer/verify-jwt.ts'
import { supplyRemote } from '../../src/keys/remote-keys.ts'
import type { IssuerAccess } from '../../src/token-source.ts'
import { jwkOf } from '../support/guards.ts'
import { jwksPath, startIssuer, type TestIssuer } from '../support/issuer.ts'
import { craft, makePairSigner, type PairSigner } from '../support/tokens.ts'
import { type Clock, makeClock } from '../support/verifiers.ts'

const next = await makePairSigner('ES256', 'key-2')

function knowIssuer(identifier: string, clock: Clock): Issuer {
  const access: IssuerAccess = { fetch, now: clock.now, onFailure: () => {} }
  const metadata = keepMetadata(identifier, access)
  return { identifier, metadata, keys: supplyRemote({ identifier, metadata }, access) }
}

function statementOf({ url }: TestIssuer, signer: PairSigner, typ = 'logout+jwt'): string {
  return craft(signer, { header: { typ }, claims: JSON.stringify({ iss: url, sid: '1' }) })
}

test('what the issuer signed is read: claims that no access token has, and none that it must have', async (t) => {
  const server = await startIssuer(t)
  const issuer = knowIssuer(server.url, makeClock())
  assert.deepEqual(await verifyJwt(issuer, statementOf(server, server.signer), 'logout+jwt'), {
    iss: server.url,
    sid: '1',
  })
})

test('a key that was published since is fetched, once per cooldown', async (t) => {
  const server = await startIssuer(t)
  const clock = makeClock()
  const issuer = knowIssuer(server.url, clock)
  await verifyJwt(issuer, statementOf(server, server.signer), 'logout+jwt')
  server.serve(jwksPath, () => ({ body: { keys: [jwkOf(next)] } }))
  await assert.rejects(verifyJwt(issuer, statementOf(server, next), 'logout+jwt'), { reason: 'key_unknown' })
  clock.moveTo(clock.now() + 31)
  await verifyJwt(issuer, statementOf(server, next), 'logout+jwt')
  await assert.rejects(verifyJwt(issuer, statementOf(server, server.signer), 'logout+jwt'), { reason: 'key_unknown' })
})

test('a statement of another type, issuer or signature is rejected', async (t) => {
  const server = await startIssuer(t)
  const issuer = knowIssuer(server.url, makeClock())
  const forged = await makePairSigner('ES256', 'key-1')
  for (const [statement, reason] of [
    [statementOf(server, server.signer, 'at+jwt'), 'type_mismatch'],
    [statementOf(server, forged), 'signature_mismatch'],
    [craft(server.signer, { header: { typ: 'logout+jwt' } }), 'issuer_mismatch'],
  ] as const) {
    await assert.rejects(verifyJwt(issuer, statement, 'logout+jwt'), { name: 'TokenRejection', reason })
  }
})
