/** The revocation feed under attack: anyone can read it, and no client can fill it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner } from 'fast-jwt'
import { decodeJwt } from 'jose'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { createRevocationFeedCache } from '../../src/token-status/revocation-feed.ts'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { plain } from '../../src/users/import/formats/plain.ts'
import { importUsers } from '../../src/users/import/import-users.ts'
import { basicOf } from '../support/clients.ts'
import { databaseKinds } from '../support/databases.ts'
import { declaredClients, givenGrant, introspect, opens, refresh } from '../support/grants.ts'
import { startPasswordGrantServer } from '../support/password-grant.ts'
import { endedBy, idName, readFeed, subjectName } from '../support/revocation-feed.ts'
import { countRows, query } from '../support/rows.ts'
import { startServer, type TestServer, testSecret } from '../support/server.ts'
import { aUser } from '../support/users.ts'

/** The limit on single revocations: of tokens of one user at one client, or of a client's own tokens. */
const maxSingleRevocations = 10_000

async function revokeAll({ post }: TestServer, tokens: readonly string[], headers: Record<string, string> = {}) {
  for (const token of tokens) assert.equal((await post('/revoke', { token }, headers)).status, 200)
}

/** Tokens without a grant: a client's own, or a user's tokens of first-party software. */
function ungranted(server: TestServer, subject: string, clientId: string, count: number): Promise<string[]> {
  const { context } = server.server
  const request = { subject, clientId, scopes: ['me'], resources: [] }
  return Promise.all(Array.from({ length: count }, async () => (await createAccessToken(context, request)).token))
}

/** The hash of tim1234. */
const plainHash = '$2b$12$2Ss8aodwv5mZjR1Ofee86.OgtdlekDXCtdB6xH.l/nUMd9K73tmXa'

const ids = 'with recursive numbers(i) as (select 1 union all select i + 1 from numbers where i < '

/** `count` tokens of one user or client that were issued a second ago and are revoked. */
async function givenRevoked(
  { databaseUrl, clock }: TestServer,
  count: number,
  subject: string,
  clientId: string,
  hasGrant = false,
): Promise<void> {
  await query(
    databaseUrl,
    `${ids} ${count}) insert into revoked_tokens (token_id, subject, client_id, has_grant, issued_at, expires_at)
      select '${clientId} ' || i, '${subject}', '${clientId}', ${Number(hasGrant)}, ${clock.now - 1}, ${clock.now + 1800} from numbers`,
  )
}

for (const database of databaseKinds) {
  const options = { database, clients: declaredClients }

  test(`${database}: K6 a client that keeps revoking its tokens of a user ends that user's grants to it, and nothing else`, async (t) => {
    const server = await startServer(t, options)
    const [first, second] = [await givenGrant(server), await givenGrant(server)]
    const [otherClients, otherUsers] = [
      await givenGrant(server, { clientId: 'other' }),
      await givenGrant(server, { userId: 'alice' }),
    ]
    const spared = [
      (await refresh(server, otherClients.refreshToken, { clientId: 'other' })).accessToken,
      (await refresh(server, otherUsers.refreshToken)).accessToken,
      await server.accessToken(),
    ]
    const kept = await refresh(server, first.refreshToken)
    const revoked = await refresh(server, kept.refreshToken)
    await givenRevoked(server, maxSingleRevocations - 2, 'tim', 'app', true)
    await revokeAll(server, [revoked.accessToken], basicOf('app'))
    const last = await refresh(server, revoked.refreshToken)
    await revokeAll(server, [last.accessToken], basicOf('app'))
    assert.equal((await readFeed(server)).tokens.length > 1, true)
    server.clock.now += 1
    const further = await refresh(server, last.refreshToken)
    await revokeAll(server, [further.accessToken], basicOf('app'))
    server.clock.now += 1

    const feed = await readFeed(server)
    assert.deepEqual(feed.grants, [first.grant.id, second.grant.id].map(idName).toSorted())
    assert.deepEqual([feed.tokens, feed.subjects], [[idName(decodeJwt(further.accessToken).jti)], {}])
    for (const { accessToken } of [kept, revoked, last, further]) {
      assert.equal(endedBy(feed, decodeJwt(accessToken)).includes('grant'), true)
      assert.equal(await opens(server, accessToken), false)
    }
    assert.equal((await refresh(server, further.refreshToken)).error, 'invalid_grant')
    for (const token of spared) {
      assert.deepEqual(endedBy(feed, decodeJwt(token)), [])
      assert.equal(await opens(server, token), true)
    }
  })

  test(`${database}: a client that keeps revoking its own tokens ends all that it has, here and in the feed, and no others`, async (t) => {
    const server = await startServer(t, options)
    const [token = '', first = '', second = '', third = ''] = await ungranted(server, 'api', 'api', 4)
    const [other = ''] = await ungranted(server, 'other', 'other', 1)
    await givenRevoked(server, maxSingleRevocations - 2, 'api', 'api')
    await revokeAll(server, [first, second], basicOf('api'))
    assert.equal((await readFeed(server)).subjects[subjectName('api')], undefined)
    assert.equal((await introspect(server, token))['active'], true)
    await revokeAll(server, [third], basicOf('api'))
    server.clock.now += 1
    const feed = await readFeed(server)
    assert.deepEqual([feed.tokens, feed.subjects], [[], { [subjectName('api')]: server.clock.now }])
    for (const ended of [token, first, second, third]) {
      assert.deepEqual(endedBy(feed, decodeJwt(ended)), ['subject'])
      assert.deepEqual(await introspect(server, ended), { active: false })
    }
    const [fresh = ''] = await ungranted(server, 'api', 'api', 1)
    for (const valid of [fresh, other]) {
      assert.deepEqual(endedBy(feed, decodeJwt(valid)), [])
      assert.equal((await introspect(server, valid))['active'], true)
    }
    // It stays in the feed as long as such a token can be valid.
    server.clock.now += 1800 + 58
    assert.deepEqual(Object.keys((await readFeed(server)).subjects), [subjectName('api')])
    server.clock.now += 2
    await keepHouse(server.server.context)
    assert.deepEqual((await readFeed(server)).subjects, {})
    server.clock.now += 2 * 3600
    await keepHouse(server.server.context)
    assert.equal(await countRows(server.databaseUrl, 'removals'), 0)
  })

  test(`${database}: an attacker who keeps revoking a user's first-party tokens ends all tokens that the user has, here and in the feed`, async (t) => {
    const server = await startPasswordGrantServer(t, options)
    const [token = '', ...tokens] = await ungranted(server, 'tim', 'first-party', 4)
    const { refreshToken } = await givenGrant(server)
    await givenRevoked(server, maxSingleRevocations - 2, 'tim', 'first-party')
    await revokeAll(server, tokens)
    // A token that is issued in the second of the revocation gets the next second as its time.
    const fresh = await refresh(server, refreshToken)
    server.clock.now += 1
    const feed = await readFeed(server)
    assert.deepEqual([feed.tokens, feed.grants], [[], []])
    for (const ended of [token, ...tokens]) {
      assert.deepEqual(endedBy(feed, decodeJwt(ended)), ['subject'])
      assert.equal(await opens(server, ended), false)
    }
    assert.deepEqual(endedBy(feed, decodeJwt(fresh.accessToken)), [])
    assert.equal(await opens(server, fresh.accessToken), true)
  })

  test(`${database}: a token from a clock that was ahead stays revoked when all tokens issued until now are revoked`, async (t) => {
    const server = await startServer(t, options)
    server.clock.now += 30
    const [ahead = ''] = await ungranted(server, 'api', 'api', 1)
    server.clock.now -= 30
    await givenRevoked(server, maxSingleRevocations, 'api', 'api')
    await revokeAll(server, [ahead], basicOf('api'))
    server.clock.now += 30
    const feed = await readFeed(server)
    assert.deepEqual([feed.tokens.length, endedBy(feed, decodeJwt(ahead))], [1, ['token']])
    assert.deepEqual(await introspect(server, ahead), { active: false })
  })

  test(`${database}: a full feed stays far below the limit of the guards, for any number of users of a client`, async (t) => {
    const server = await startServer(t, options)
    const { grant, refreshToken } = await givenGrant(server)
    await givenRevoked(server, 50_000, 'many', 'other', true)
    let last = await refresh(server, refreshToken)
    for (let count = 0; count < 10; count++) {
      await revokeAll(server, [last.accessToken], basicOf('app'))
      last = await refresh(server, last.refreshToken)
    }
    assert.equal(last.status, 200)
    server.clock.now += 1
    await revokeAll(server, [last.accessToken], basicOf('app'))
    assert.equal((await refresh(server, last.refreshToken)).error, 'invalid_grant')
    const feed = await readFeed(server)
    assert.deepEqual(feed.grants, [idName(grant.id)])
    assert.equal(await countRows(server.databaseUrl, 'revoked_tokens'), 50_000)
  })

  test(`${database}: the feed names the latest thousand revoked grants of a user; the user's entry covers the older ones`, async (t) => {
    const server = await startServer(t, options)
    const { databaseUrl, clock } = server
    const begin = clock.now - 1500
    const insert = async (count: number, user: string) => {
      await query(
        databaseUrl,
        `${ids} ${count}) insert into grants (id, client_id, user_id, scope, is_offline, claims, authenticated_at, created_at,
            expires_at, revoked_at)
          select '${user} ' || i, 'app', '${user}', '', 0, '{}', 1, 1, ${clock.now + 3600}, ${begin} + i from numbers`,
      )
    }
    await insert(1000, 'alice')
    await insert(1005, 'tim')
    const feed = await readFeed(server)
    assert.equal(feed.grants.filter((name) => name.startsWith('alice')).length, 1000)
    assert.equal(feed.grants.filter((name) => name.startsWith('tim')).length, 1000)
    assert.equal(feed.grants.includes('tim 5'), false)
    assert.deepEqual(feed.subjects, { [subjectName('tim')]: begin + 5 + 60 })
    // With one more grant, the entry covers one more old grant: it ends no token that tim has just received.
    await query(databaseUrl, `update grants set revoked_at = ${clock.now} where id = 'tim 1'`)
    clock.now += 1
    assert.deepEqual((await readFeed(server)).subjects, { [subjectName('tim')]: begin + 6 + 60 })
    assert.deepEqual(endedBy(await readFeed(server), decodeJwt(await server.accessToken())), [])
  })

  test(`${database}: K4 tokens of a deleted user stay revoked when another user gets the same id`, async (t) => {
    const server = await startServer(t, options)
    const { store } = server.server.context
    const { refreshToken } = await givenGrant(server)
    const tokens = [await server.accessToken('tim', 'me'), (await refresh(server, refreshToken)).accessToken]
    await store.subjects.remove('tim', server.clock.now)
    const record = { username: 'tim', hashed_password: plainHash }
    const row = { place: 'line 1', value: record }
    async function* rows() {
      yield row
    }
    const { imported } = await importUsers(server.server.context, rows, { format: plain })
    assert.equal(imported, 1)
    // In the same second.
    tokens.push(...(await ungranted(server, 'tim', 'first-party', 1)))
    const fresh = await server.accessToken('tim', 'me')
    for (const later of [0, 1, 60, 600]) {
      server.clock.now += later
      const feed = await readFeed(server)
      for (const token of tokens) {
        assert.equal(await opens(server, token), false)
        assert.deepEqual(await introspect(server, token), { active: false })
        if (later > 0) assert.deepEqual(endedBy(feed, decodeJwt(token)), ['subject'])
      }
      assert.equal(await opens(server, fresh), true)
      assert.deepEqual(endedBy(feed, decodeJwt(fresh)), [])
    }
  })

  test(`${database}: tokens of another system still work for an imported user whose id was never used before`, async (t) => {
    const server = await startServer(t, { ...options, algorithm: 'HS256' })
    const { store } = server.server.context
    await store.subjects.remove('alice', server.clock.now)
    await store.users.insert([aUser('bob', { createdAt: server.clock.now }), aUser('alice', { createdAt: 1 })])
    const sign = createSigner({ key: testSecret, noTimestamp: true })
    const tokenOf = (sub: string) => sign({ sub, exp: server.clock.now + 600 })
    assert.deepEqual([await opens(server, tokenOf('bob')), await opens(server, tokenOf('alice'))], [true, false])
  })
}

test('the feed is read less often when a read takes long', async (t) => {
  const { context } = (await startServer(t)).server
  let time = context.now()
  let reads = 0
  // Each read takes a quarter of a second.
  const keys = {
    ...context.keys,
    signingKey: (algorithm: Parameters<typeof context.keys.signingKey>[0]) => {
      reads++
      time += 0.25
      return context.keys.signingKey(algorithm)
    },
  }
  const feed = createRevocationFeedCache({ ...context, keys, now: () => time })
  const begin = time
  await Promise.all([feed.read(), feed.read()])
  assert.equal(reads, 1)
  time = begin + 4.9
  await feed.read()
  assert.equal(reads, 1)
  time = begin + 5
  await feed.read()
  assert.equal(reads, 2)
})

test('the feed identifies no user and contains no whole id', async (t) => {
  const server = await startServer(t)
  const { store } = server.server.context
  const user = aUser('zaphod-the-id', {
    username: 'zaphod',
    email: 'zaphod@example.com',
    fullName: 'Zaphod Beeblebrox',
  })
  await store.users.insert([user])
  await store.subjects.setDisabled(user.subject.id, true, server.clock.now)
  await store.subjects.setDisabled('tim', true, server.clock.now)
  await store.subjects.remove('alice', server.clock.now)
  const feed = JSON.stringify(await readFeed(server))
  assert.doesNotMatch(feed, /zaphod|tim|alice|example\.com|beeblebrox/i)
  assert.equal(Object.keys(JSON.parse(feed).subjects).length, 3)
})

test('names with a meaning in JavaScript are ordinary names', async (t) => {
  const server = await startServer(t)
  const { store } = server.server.context
  for (const id of ['__proto__', 'constructor', '1', 'a"b\\c']) {
    await store.removals.removeBefore(0, 5000)
    const origin = { subject: '__proto__', clientId: 'constructor', hasGrant: false }
    await store.revokedTokens.insert({ tokenId: id, origin, issuedAt: 0, expiresAt: server.clock.now + 9 })
    await store.users.insert([aUser(id)])
    await store.subjects.remove(id, server.clock.now)
  }
  const { tokens, subjects } = await readFeed(server)
  assert.deepEqual(tokens, ['1', '__proto__', 'a"b\\c', 'constructor'])
  assert.equal(Object.keys(subjects).length, 4)
})
