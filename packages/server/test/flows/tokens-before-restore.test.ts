/** Tokens from before the database was restored: rejected here, by introspection and in the feed, and no others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSigner } from 'fast-jwt'
import { decodeJwt } from 'jose'
import { createAccessToken } from '../../src/tokens/access-token.ts'
import { basicOf } from '../support/clients.ts'
import { webApp } from '../support/code-flow.ts'
import { databaseKinds } from '../support/databases.ts'
import { readFeed } from '../support/revocation-feed.ts'
import { query } from '../support/rows.ts'
import { startServer, type TestServer, testSecret } from '../support/server.ts'

const lifetime = 1800
const clockAllowance = 60

const status = async ({ get }: TestServer, token: string) =>
  (await get('/users/me', { authorization: `Bearer ${token}` })).status

async function issue({ server }: TestServer, subject: string): Promise<string> {
  const request = { subject, clientId: webApp.client_id, scopes: ['me'], resources: [] }
  return (await createAccessToken(server.context, request)).token
}

async function isActive({ post }: TestServer, token: string): Promise<boolean> {
  const { client_id: id, client_secret: secret } = webApp
  const response = await post('/introspect', { token }, basicOf(id, secret))
  return JSON.parse(await response.text()).active
}

/** A restore as another process writes it, in this second. */
async function restore({ databaseUrl, clock }: TestServer): Promise<number> {
  const validFrom = clock.now + 1
  await query(
    databaseUrl,
    `insert into restores (tokens_valid_from, backup_made_at) values (${validFrom}, ${validFrom - 1000})`,
  )
  return validFrom
}

for (const database of databaseKinds) {
  test(`${database}: R10 tokens from before a restore are rejected by every process within a second, later ones are not`, async (t) => {
    const clients = [webApp]
    const server = await startServer(t, { database, clients })
    const other = await startServer(t, { databaseUrl: server.databaseUrl, clients })
    const token = await issue(server, 'tim')
    const own = await issue(server, webApp.client_id)
    assert.equal(await status(server, token), 200)
    assert.deepEqual([await isActive(server, token), await isActive(server, own)], [true, true])
    assert.equal((await readFeed(server)).not_before, undefined)

    const validFrom = await restore(server)
    for (const { clock } of [server, other]) clock.now += 1

    for (const each of [server, other]) {
      assert.equal(await status(each, token), 401)
      assert.deepEqual([await isActive(each, token), await isActive(each, own)], [false, false])
      const { not_before } = await readFeed(each)
      assert.equal(not_before, validFrom)
      const later = await issue(each, 'tim')
      assert.equal(await status(each, later), 200)
      assert.ok(Number(decodeJwt(later).iat) >= validFrom)
    }
    server.clock.now = validFrom + lifetime - 1
    assert.equal((await readFeed(server)).not_before, validFrom)
    server.clock.now = validFrom + lifetime + clockAllowance
    assert.equal((await readFeed(server)).not_before, undefined)
  })

  test(`${database}: a token that is issued in the second of a restore is valid`, async (t) => {
    const server = await startServer(t, { database })
    const validFrom = await restore(server)
    await server.server.context.keys.reload()
    const token = await server.accessToken()
    assert.equal(decodeJwt(token).iat, validFrom)
    assert.equal(await status(server, token), 200)
  })
}

test("HS256: a token without iat, as the tutorial's own code makes it, counts by its exp", async (t) => {
  const server = await startServer(t, { algorithm: 'HS256' })
  const sign = createSigner({ key: testSecret, algorithm: 'HS256', noTimestamp: true })
  const tokenUntil = (exp: number) => sign({ sub: 'tim', exp, scope: 'me items' })
  const { now } = server.clock
  const validFrom = await restore(server)
  server.clock.now += 1
  assert.equal(await status(server, tokenUntil(now + lifetime)), 401)
  assert.equal(await status(server, tokenUntil(validFrom + lifetime)), 200)
})
