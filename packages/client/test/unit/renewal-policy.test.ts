/** When tokens are renewed, and what a failed renewal means. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientError } from '../../src/errors.ts'
import type { Tokens } from '../../src/oauth/tokens.ts'
import { renewalFailure, validTokens } from '../../src/tokens/renewal-policy.ts'

const tokens: Tokens = {
  accessToken: 'access-1',
  tokenType: 'Bearer',
  scopes: [],
  refreshToken: 'refresh-1',
  renewAt: 870,
  expiresAt: 900,
}
const renewed: Tokens = { ...tokens, accessToken: 'access-2', renewAt: 1770, expiresAt: 1800 }
const outage = new ClientError('response_invalid', 'the issuer is overloaded', { status: 503 })
const rejected = new ClientError('request_rejected', 'the secret is wrong', { error: 'invalid_client', status: 401 })
const ended = new ClientError('login_required', 'log in again')

async function accessTokenAt(now: number, kept: Tokens = tokens, ownScope?: string): Promise<string> {
  const all = ownScope === undefined ? { tokens: kept } : { tokens: kept, ownScope }
  return (await validTokens(all, now, async () => renewed)).accessToken
}

test('tokens are renewed from renewAt on, and never when the issuer does not say when they expire', async () => {
  assert.equal(await accessTokenAt(869), 'access-1')
  assert.equal(await accessTokenAt(870), 'access-2')
  const { renewAt, expiresAt, ...endless } = tokens
  assert.equal(await accessTokenAt(Number.MAX_SAFE_INTEGER, endless), 'access-1')
})

test('without a way to renew them, tokens are used until they expire', async () => {
  const { refreshToken, ...last } = tokens
  assert.equal(await accessTokenAt(899, last), 'access-1')
  assert.equal(await accessTokenAt(900, last), 'access-2')
  assert.equal(await accessTokenAt(870, last, ''), 'access-2')
})

test('an outage is bridged until the tokens expire, and reported; any other failure is thrown at once', async () => {
  const reported: unknown[] = []
  const attempt = (now: number, error: Error) =>
    validTokens({ tokens }, now, () => Promise.reject(error), reported.push.bind(reported))
  assert.equal(await attempt(899, outage), tokens)
  assert.deepEqual(reported, [outage])
  await assert.rejects(attempt(900, outage), outage)
  for (const error of [rejected, ended, new TypeError('the storage is broken')]) {
    await assert.rejects(attempt(870, error), error)
  }
  assert.equal(reported.length, 1)
})

test('a failure is an outage, the end of the session, or a rejection for another reason', () => {
  assert.equal(renewalFailure(new ClientError('network_error', 'no response')), 'outage')
  assert.equal(renewalFailure(outage), 'outage')
  assert.equal(renewalFailure(ended), 'login_required')
  assert.equal(renewalFailure(rejected), 'rejected')
  assert.equal(renewalFailure(new TypeError('the storage is broken')), 'rejected')
})
