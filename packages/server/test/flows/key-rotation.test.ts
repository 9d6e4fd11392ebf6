/** Keys are published before they sign, and until the last token that they signed has expired. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGuard } from '@countersign/guard'
import { createSigner } from 'fast-jwt'
import { decodeProtectedHeader } from 'jose'
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../../src/domain/algorithm.ts'
import { firstPartyClient } from '../../src/domain/client.ts'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { rotateSigningKeys } from '../../src/keys/rotate-signing-keys.ts'
import { sign } from '../../src/keys/sign.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { databaseKinds } from '../support/databases.ts'
import { loopback, startServer, type TestServer, testSecret } from '../support/server.ts'

const keyRotationInterval = 4 * 3600
const options = { keyRotationInterval, accessTokenExpireMinutes: 120 }
const lifetime = 2 * 3600

async function publishedIds({ get }: TestServer): Promise<readonly string[]> {
  const { keys } = JSON.parse(await (await get('/.well-known/jwks.json')).text())
  return keys.map((key: { kid: string }) => key.kid)
}

async function issue({ server }: TestServer, algorithm: AsymmetricAlgorithm): Promise<string> {
  const request = { subject: 'tim', clientId: firstPartyClient.id, scopes: ['me'], resources: [], algorithm }
  return (await createAccessToken(server.context, request)).token
}

const status = async ({ get }: TestServer, token: string) =>
  (await get('/users/me', { authorization: `Bearer ${token}` })).status

const keyIdOf = (token: string) => decodeProtectedHeader(token).kid ?? ''

for (const algorithm of asymmetricAlgorithms) {
  test(`${algorithm}: the next key is published before it signs, the previous one until its last token has expired`, async (t) => {
    const server = await startServer(t, options)
    const { clock } = server
    const start = clock.now
    clock.now = start + keyRotationInterval - 1
    await keepHouse(server.server.context)
    const oldToken = await issue(server, algorithm)
    const before = await publishedIds(server)

    clock.now = start + keyRotationInterval
    await keepHouse(server.server.context)

    const newToken = await issue(server, algorithm)
    assert.notEqual(keyIdOf(newToken), keyIdOf(oldToken))
    assert.ok(before.includes(keyIdOf(newToken)), 'the next key was not published before it signed')
    assert.deepEqual([await status(server, oldToken), await status(server, newToken)], [200, 200])

    clock.now = start + keyRotationInterval - 1 + lifetime - 1
    await keepHouse(server.server.context)
    assert.equal(await status(server, oldToken), 200)
    clock.now += 1
    assert.equal(await status(server, oldToken), 401)

    // Two minutes more, for processes that signed with it and did not know yet that it had retired.
    clock.now = start + keyRotationInterval + lifetime + 119
    await keepHouse(server.server.context)
    assert.ok((await publishedIds(server)).includes(keyIdOf(oldToken)))
    clock.now += 1
    await keepHouse(server.server.context)
    assert.ok(!(await publishedIds(server)).includes(keyIdOf(oldToken)))
    assert.equal((await publishedIds(server)).length, 2 * asymmetricAlgorithms.length)
  })
}

test('after each of several rotations, tokens of the newest key are accepted, and those of a key that has left the JWKS are not', async (t) => {
  const server = await startServer(t, options)
  const { clock } = server
  const { context } = server.server
  const claims = { iss: context.config.issuer, aud: context.config.issuer, sub: 'tim', client_id: firstPartyClient.id }
  const firstKey = context.keys.signingKey('ES256')
  const lasting = await sign(firstKey, 'at+jwt', {
    ...claims,
    jti: 'lasting',
    scope: 'me',
    iat: clock.now,
    exp: clock.now + 365 * 24 * 3600,
  })
  assert.equal(await status(server, lasting), 200)
  for (let rotation = 0; rotation < 3; rotation++) {
    const former = keyIdOf(await issue(server, 'ES256'))
    clock.now += keyRotationInterval
    await keepHouse(context)
    const token = await issue(server, 'ES256')
    assert.notEqual(keyIdOf(token), former)
    assert.equal(await status(server, token), 200)
  }
  assert.ok(!(await publishedIds(server)).includes(firstKey.keyId ?? ''))
  assert.equal(await status(server, lasting), 401)
})

for (const kind of databaseKinds) {
  test(`${kind}: S5 a token of a key from a rotation by another process is accepted at once, and this process signs with the key within a second`, async (t) => {
    const first = await startServer(t, { ...options, database: kind })
    const second = await startServer(t, { ...options, databaseUrl: first.databaseUrl })
    // After the clean-up with which each begins: it would rotate the keys, too.
    for (const { server } of [first, second]) await keepHouse(server.context)
    first.clock.now += keyRotationInterval
    second.clock.now = first.clock.now
    const oldToken = await issue(second, 'ES256')

    await keepHouse(first.server.context)

    const newToken = await issue(first, 'ES256')
    assert.notEqual(keyIdOf(newToken), keyIdOf(oldToken))
    assert.equal(await status(second, newToken), 200)
    // Until it reads the database again, the second process signs with the key that it knows, which the first still accepts.
    const late = await issue(second, 'ES256')
    assert.equal(keyIdOf(late), keyIdOf(oldToken))
    assert.equal(await status(first, late), 200)

    second.clock.now += 1
    assert.equal(keyIdOf(await issue(second, 'ES256')), keyIdOf(newToken))
    assert.deepEqual(await publishedIds(second), await publishedIds(first))
    assert.equal(await status(second, late), 200)
  })

  test(`${kind}: R18, S9 processes that rotate keys at the same time make one new key of each algorithm`, async (t) => {
    const first = await startServer(t, { ...options, database: kind })
    const second = await startServer(t, { ...options, databaseUrl: first.databaseUrl })
    const before = await publishedIds(first)
    first.clock.now += keyRotationInterval
    second.clock.now = first.clock.now

    await Promise.all([first, second, first, second].map(({ server }) => keepHouse(server.context)))

    const after = await publishedIds(first)
    assert.equal(after.filter((id) => !before.includes(id)).length, asymmetricAlgorithms.length)
    assert.ok(before.every((id) => after.includes(id)))
    for (const algorithm of asymmetricAlgorithms) {
      assert.equal(keyIdOf(await issue(first, algorithm)), keyIdOf(await issue(second, algorithm)))
    }
  })
}

test('R18 a guard accepts every token while keys are rotated as fast as an operator can, whenever it has fetched the keys', async (t) => {
  const first = await startServer(t)
  const second = await startServer(t, { databaseUrl: first.databaseUrl })
  const { clock } = first
  const { issuer } = first.server.context.config
  const fetchKeys: typeof fetch = (input) => first.server.fetch(new Request(input), loopback)
  const guards: ReturnType<typeof createGuard>[] = []
  const outcomes: string[] = []
  for (let moment = 0; moment < 120; moment++) {
    // It fetches the keys now, for a first token.
    if (moment % 5 === 0) guards.push(createGuard({ issuer, audience: issuer, fetch: fetchKeys, now: () => clock.now }))
    const rotations = await rotateSigningKeys(second.server.context, { algorithms: ['ES256'], isUrgent: true })
    outcomes.push(...rotations.map(({ outcome }) => outcome))
    for (const server of [first, second]) {
      const request = new Request(issuer, { headers: { authorization: `Bearer ${await issue(server, 'ES256')}` } })
      for (const guard of guards) assert.equal((await guard.check(request)).subject, 'tim')
    }
    clock.now += 1
    second.clock.now = clock.now
  }
  assert.equal(outcomes.filter((outcome) => outcome === 'rotated').length, 4)
})

test('a client may have its tokens signed with another algorithm, and the server accepts them', async (t) => {
  const server = await startServer(t)
  for (const algorithm of asymmetricAlgorithms) {
    const token = await issue(server, algorithm)
    assert.equal(decodeProtectedHeader(token).alg, algorithm)
    assert.equal(await status(server, token), 200)
  }
})

test('where a public-key algorithm signs, a token that is signed with the shared secret is rejected', async (t) => {
  const server = await startServer(t)
  const { now } = server.clock
  const issuer = server.server.context.config.issuer
  const claims = { iss: issuer, aud: issuer, sub: 'tim', client_id: 'app', jti: '1', scope: 'me' }
  const published = await publishedIds(server)
  for (const kid of [undefined, ...published]) {
    const sign = createSigner({
      key: testSecret,
      algorithm: 'HS256',
      header: { alg: 'HS256', typ: 'at+jwt', ...(kid && { kid }) },
    })
    assert.equal(await status(server, sign({ ...claims, iat: now, exp: now + 60 })), 401)
  }
})

test('keys that are not due stay, and nothing is read again', async (t) => {
  const server = await startServer(t, options)
  const before = await publishedIds(server)
  let reloads = 0
  server.server.context.keys.onReload(() => {
    reloads++
  })
  server.clock.now += keyRotationInterval - 1
  await keepHouse(server.server.context)
  assert.deepEqual(await publishedIds(server), before)
  assert.equal(reloads, 0)
})

test('the keys of hints are prepared once, and again after a rotation', async (t) => {
  const { server, clock } = await startServer(t, options)
  const { keys } = server.context
  const before = keys.hintKeys()
  await keepHouse(server.context)
  assert.equal(keys.hintKeys(), before)
  clock.now += keyRotationInterval
  await keepHouse(server.context)
  assert.notEqual(keys.hintKeys(), before)
})
