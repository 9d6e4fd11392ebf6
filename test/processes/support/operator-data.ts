/** What servers leave in the database, for the commands that show it. */
import assert from 'node:assert/strict'
import { passwordAuthentication } from '../../../packages/server/src/domain/authentication-context.ts'
import { openStore } from '../../../packages/server/src/store/open.ts'
import { testKeys } from '../../../packages/server/src/testing/test-keys.ts'
import { findUserByName } from '../../../packages/server/src/users/find-users.ts'

const now = 1_795_000_000
const grantId = 'd23b17d2-11b3-4fb2-8038-a7ea1b2a1800'
export const requestId = '9d3538fe-6f45-49ae-bae8-e9bfa2d423b2'

/** johndoe logged in to shop, and a refresh token was used twice. */
export async function addGrantAndIncident(databaseUrl: string): Promise<void> {
  const store = await openStore({ url: databaseUrl, migrate: false })
  const user = (await findUserByName({ store }, 'johndoe')) ?? assert.fail('johndoe is missing')
  await store.grants.insert({
    id: grantId,
    clientId: 'shop',
    userId: user.subject.id,
    ...passwordAuthentication,
    sessionId: null,
    scopes: ['openid', 'profile'],
    claims: { idToken: [], userInfo: [] },
    resources: [],
    authenticatedAt: now,
    createdAt: now,
    expiresAt: now * 2,
    revokedAt: null,
  })
  const first = {
    requestId: 'e21c7b68-fff7-41b4-bd46-e037fd844c83',
    address: '127.0.0.1',
    userAgent: null,
    happenedAt: now,
  }
  const second = { ...first, requestId, userAgent: 'curl/8.5.0' }
  await store.incidents.insert({
    kind: 'refresh_token_reused',
    grantId,
    clientId: 'shop',
    userId: user.subject.id,
    first,
    second,
  })
  const facts = { reason: 'refresh_token_reused', expected: 'a refresh token that was not used' }
  await store.traces.insert([
    {
      requestId,
      method: 'POST',
      path: '/token',
      status: 400,
      reason: 'refresh_token_reused',
      steps: [{ name: 'reject', startedMs: 1, durationMs: 0.25, outcome: 'failed', facts }],
      happenedAt: now,
    },
  ])
  await store.close()
}

/** Keys whose ids are always the same. */
export async function addKeys(databaseUrl: string): Promise<void> {
  const store = await openStore({ url: databaseUrl, migrate: false })
  const keys = testKeys.map(({ algorithm, state, keyId, publicKey }) => ({
    keyId,
    algorithm,
    publicJwk: JSON.stringify(publicKey),
    sealedPrivateKey: 'not used',
    createdAt: now,
    activatedAt: state === 'active' ? now : null,
    retiredAt: null,
    expiresAt: null,
  }))
  await store.signingKeys.insertMissing(keys)
  await store.close()
}
