/** A key that has leaked is revoked: at once, and by every process within a second. Rotations are taken over as fast. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner } from 'fast-jwt'
import { decodeProtectedHeader } from 'jose'
import type { AsymmetricAlgorithm } from '../../src/domain/algorithm.ts'
import { firstPartyClient } from '../../src/domain/client.ts'
import type { ClientDeclaration } from '../../src/domain/client-metadata.ts'
import { keyOperations } from '../../src/handle/keys.ts'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { basicOf } from '../support/clients.ts'
import { exchange, logIn, userAgentOf, webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { logoutUrl } from '../support/logout.ts'
import { readFeed } from '../support/revocation-feed.ts'
import { query } from '../support/rows.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** The key of its ID tokens is that of the access tokens. */
const client: ClientDeclaration = { ...webApp, id_token_signed_response_alg: 'ES256' }
const clients = [client]
const urgently = { isUrgent: true } as const

async function publishedIds({ get }: TestServer): Promise<readonly string[]> {
  const { keys } = JSON.parse(await (await get('/.well-known/jwks.json')).text())
  return keys.map((key: { kid: string }) => key.kid)
}

async function issue({ server }: TestServer, algorithm: AsymmetricAlgorithm = 'ES256'): Promise<string> {
  const request = { subject: 'tim', clientId: firstPartyClient.id, scopes: ['me'], resources: [], algorithm }
  return (await createAccessToken(server.context, request)).token
}

const status = async ({ get }: TestServer, token: string) =>
  (await get('/users/me', { authorization: `Bearer ${token}` })).status

const keyIdOf = (token: string) => decodeProtectedHeader(token).kid ?? ''
const keysOf = ({ server }: TestServer) => keyOperations(server.context, server.app.run)

async function isActive({ post }: TestServer, token: string): Promise<boolean> {
  const { client_id: id, client_secret: secret } = webApp
  const response = await post('/introspect', { token }, basicOf(id, secret))
  return JSON.parse(await response.text()).active
}

/** Rotates ten seconds later: before an operator can, since the next key of the rotation before is too young. */
async function rotateSoon(server: TestServer): Promise<void> {
  server.clock.now += 10
  await query(server.databaseUrl, 'update signing_keys set created_at = created_at - 35')
  const rotations = await keysOf(server).rotate(urgently)
  assert.ok(rotations.every(({ outcome }) => outcome === 'rotated'))
}

function passSecond(...servers: readonly TestServer[]): void {
  for (const { clock } of servers) clock.now += 1
}

for (const database of databaseKinds) {
  test(`${database}: the key that signs is revoked: its tokens are rejected, and the next key signs, in every process within a second`, async (t) => {
    const first = await startServer(t, { database, clients })
    const second = await startServer(t, { databaseUrl: first.databaseUrl, clients })
    const token = await issue(first)
    const tokens = await logIn(first, client, { scope: 'openid me' })
    for (const server of [first, second]) assert.equal(await status(server, token), 200)
    const before = await publishedIds(first)

    const revoked = await keysOf(first).revoke(keyIdOf(token), { reason: 'in a stolen backup' })

    assert.equal(revoked.outcome, 'revoked')
    assert.ok(before.includes(revoked.signs), 'the key that signs was not published before')
    assert.equal(await status(first, token), 401)
    assert.equal(keyIdOf(await issue(first)), revoked.signs)
    passSecond(first, second)
    assert.equal(await status(second, token), 401)
    for (const server of [first, second]) {
      assert.equal(keyIdOf(await issue(server)), revoked.signs)
      assert.equal(await isActive(server, tokens.access_token), false)
      const after = await publishedIds(server)
      assert.ok(!after.includes(keyIdOf(token)))
      assert.equal(after.length, before.length)
      const feed = await readFeed(server)
      assert.deepEqual(feed.keys, [keyIdOf(token)])
      assert.equal(keyIdOf(await (await server.get('/revocations')).text()), revoked.signs)
      assert.equal((await userAgentOf(server).open(logoutUrl({ id_token_hint: tokens.id_token }))).status, 400)
    }
    // The grant is not revoked: clients with a refresh token get new tokens.
    const { body } = await exchange(second, client, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
    })
    assert.equal(await status(first, String(body['access_token'])), 200)
  })

  test(`${database}: the next key and a retired key are revoked as well`, async (t) => {
    const first = await startServer(t, { database })
    const second = await startServer(t, { databaseUrl: first.databaseUrl })
    const token = await issue(first)
    const next = (await keysOf(first).list()).find(({ algorithm, state }) => algorithm === 'ES256' && state === 'next')
    const { signs } = await keysOf(first).revoke(next?.keyId ?? '', { reason: 'seen by a stranger' })
    assert.equal(signs, keyIdOf(token))
    passSecond(first, second)
    for (const server of [first, second]) {
      assert.ok(!(await publishedIds(server)).includes(next?.keyId ?? ''))
      assert.equal(await status(server, token), 200)
    }
    for (const { clock } of [first, second]) clock.now += 35
    await keysOf(second).rotate({ algorithms: ['ES256'], ...urgently })
    assert.equal(await status(first, token), 200)
    await keysOf(second).revoke(keyIdOf(token), { reason: 'seen by a stranger' })
    passSecond(first, second)
    for (const server of [first, second]) assert.equal(await status(server, token), 401)
    const states = (await keysOf(first).list())
      .filter(({ algorithm }) => algorithm === 'ES256')
      .map(({ state }) => state)
    assert.deepEqual(states.toSorted(), ['active', 'next', 'revoked', 'revoked'])
  })

  test(`${database}: however fast keys are rotated in one process, no check fails in another, and its key set has them all`, async (t) => {
    const first = await startServer(t, { database, clients })
    const second = await startServer(t, { databaseUrl: first.databaseUrl, clients })
    const issued: string[] = []
    for (let round = 0; round < 3; round++) {
      second.clock.now = first.clock.now
      // It has just read the keys, and its clock stands still during the rotations.
      await issue(second)
      for (let rotation = 0; rotation < 2; rotation++) {
        await rotateSoon(first)
      }
      const token = await issue(first)
      issued.push(token)
      assert.equal(await status(second, token), 200)
      assert.ok((await publishedIds(second)).includes(keyIdOf(token)))
      const late = await issue(second)
      for (const server of [first, second]) assert.equal(await status(server, late), 200)
      issued.push(late)
    }
    second.clock.now = first.clock.now
    assert.equal(keyIdOf(await issue(second)), keyIdOf(await issue(first)))
    for (const token of issued) for (const server of [first, second]) assert.equal(await status(server, token), 200)
  })

  test(`${database}: an ID token of a key that another process has just made is accepted as a hint`, async (t) => {
    const first = await startServer(t, { database, clients })
    const second = await startServer(t, { databaseUrl: first.databaseUrl, clients })
    for (let rotation = 0; rotation < 2; rotation++) {
      await rotateSoon(first)
    }
    const { id_token } = await logIn(first, client, { scope: 'openid' })
    assert.equal((await userAgentOf(second).open(logoutUrl({ id_token_hint: id_token }))).status, 200)
  })

  test(`${database}: two processes that revoke and rotate at the same time leave one key that signs and one that is next`, async (t) => {
    const first = await startServer(t, { database })
    const second = await startServer(t, { databaseUrl: first.databaseUrl })
    first.clock.now += 10
    second.clock.now += 10
    const listed = await keysOf(first).list()
    const idOf = (wanted: string) =>
      listed.find(({ algorithm, state }) => algorithm === 'ES256' && state === wanted)?.keyId ?? ''
    const reason = 'both are known to others'
    const outcomes = await Promise.all([
      keysOf(first).revoke(idOf('active'), { reason }),
      keysOf(second).revoke(idOf('next'), { reason }),
      keysOf(second).rotate({ algorithms: ['ES256'], ...urgently }),
      keysOf(second).revoke(idOf('active'), { reason }),
    ])
    assert.equal(outcomes.length, 4)
    passSecond(first, second)
    const token = await issue(first)
    const left = (await keysOf(first).list()).filter(({ algorithm }) => algorithm === 'ES256')
    const inState = (state: string) => left.filter((key) => key.state === state)
    assert.deepEqual([inState('active').length, inState('next').length], [1, 1])
    assert.deepEqual(
      inState('revoked')
        .map(({ keyId }) => keyId)
        .toSorted(),
      [idOf('active'), idOf('next')].toSorted(),
    )
    for (const server of [first, second]) assert.equal(await status(server, token), 200)
  })
}

test('a token that the leaked key signs later, with any lifetime, is rejected, and the key stays in the feed', async (t) => {
  const server = await startServer(t)
  const token = await issue(server)
  await keysOf(server).revoke(keyIdOf(token), { reason: 'leaked' })
  server.clock.now += 7 * 24 * 3600
  await keepHouse(server.server.context)
  assert.deepEqual((await readFeed(server)).keys, [keyIdOf(token)])
  assert.equal(await status(server, token), 401)
})

test('unknown keys, wrong reasons and a second revocation change nothing', async (t) => {
  const server = await startServer(t)
  const keyId = keyIdOf(await issue(server))
  const keys = keysOf(server)
  const rejected = (code: string, field: string, message: string) => {
    return { name: 'OperationError', message: `${field} ${message}`, problems: [{ code, field, message }] }
  }
  const isUnknown = rejected('unknown_key', 'keyId', 'is not the id of a key')
  await assert.rejects(keys.revoke('nothing', { reason: 'x' }), isUnknown)
  const isWrong = rejected('invalid', 'reason', 'must be one line of 1 to 200 characters')
  for (const reason of ['', ' ', 'two\nlines', 'x'.repeat(201)]) {
    await assert.rejects(keys.revoke(keyId, { reason }), isWrong)
  }
  const before = await keys.list()
  assert.ok(before.every(({ revokedAt }) => revokedAt === null))
  await keys.revoke(keyId, { reason: 'first' })
  const after = await keys.list()
  assert.equal((await keys.revoke(keyId, { reason: 'second' })).outcome, 'already_revoked')
  assert.deepEqual(await keys.list(), after)
  assert.equal(after.find((key) => key.keyId === keyId)?.revocationReason, 'first')
})

test('tokens with made-up key ids are rejected, however many', async (t) => {
  const server = await startServer(t)
  const statuses = await Promise.all(
    Array.from({ length: 50 }, (_, index) => {
      const header = { alg: 'HS256', typ: 'at+jwt', kid: `made up ${index}` } as const
      const sign = createSigner({ key: 'x'.repeat(32), algorithm: 'HS256', header })
      return status(server, sign({ sub: 'tim', exp: server.clock.now + 60 }))
    }),
  )
  assert.ok(statuses.every((each) => each === 401))
})
