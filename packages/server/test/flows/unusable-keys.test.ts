/** The signing keys in the database can no longer be used while the server runs: it refuses what needs them, and publishes those from before. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepHouse } from '../../src/housekeeping/housekeeping.ts'
import { eventually } from '../support/accounts.ts'
import { databaseKinds } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { alice } from '../support/people.ts'
import { countRows, query } from '../support/rows.ts'
import type { TestServer } from '../support/server.ts'

/** Any rotation: the server loads the keys when the state of one has changed. */
const rotation = `delete from signing_keys where algorithm = 'EdDSA' and activated_at is null`

const harms: readonly { readonly what: string; readonly statements: readonly string[]; readonly cause: RegExp }[] = [
  {
    what: 'a signing key that is damaged',
    statements: [
      `update signing_keys set public_jwk = '{' where algorithm = 'ES256' and activated_at is null`,
      rotation,
    ],
    cause: /^The signing key \S+ in this database is damaged/,
  },
  {
    what: 'R20 a signing key that is sealed with another SECRET_KEY',
    statements: [
      `update signing_keys set sealed_private_key = 'x' where algorithm = 'ES256' and activated_at is not null`,
      rotation,
    ],
    cause: /^SECRET_KEY does not open the signing keys/,
  },
  {
    what: 'the loss of all signing keys',
    statements: ['delete from signing_keys'],
    cause: /^the database has no signing key/,
  },
]

for (const database of databaseKinds) {
  for (const { what, statements, cause } of harms) {
    test(`${database}: ${what} under the server: 503 and not ready, the published keys stay, and all of it ends when the keys are back`, async (t) => {
      const server = await startPasswordGrantServer(t, { database })
      const authorization = `Bearer ${await tokenByPassword(server, alice)}`
      const published = await keySet(server)
      const requests = [
        () => server.get('/users/me', { authorization }),
        () => server.post('/token', { ...alice }),
        () => server.get('/revocations'),
      ]
      await query(server.databaseUrl, 'create table kept as select * from signing_keys')

      for (const statement of statements) await query(server.databaseUrl, statement)
      server.clock.now += 1
      for (const request of [...requests, ...requests]) {
        const response = await request()
        assert.equal(response.status, 503)
        assert.equal(response.headers.get('retry-after'), '5')
      }
      assert.equal(await keySet(server), published)
      const stored = () => countRows(server.databaseUrl, 'signing_keys')
      const left = await stored()
      await assert.rejects(keepHouse(server.server.context), { name: 'KeysUnusable' })
      assert.equal(await stored(), left)
      await eventually(async () => (await reasonOf(server)) === 'unusable_keys')
      assert.ok(server.log.some(({ facts }) => cause.test(String(facts['cause']))))

      await query(server.databaseUrl, 'delete from signing_keys')
      await query(server.databaseUrl, 'insert into signing_keys select * from kept')
      for (const request of requests) assert.equal((await request()).status, 200)
      await eventually(async () => (await reasonOf(server)) === undefined)
    })
  }
}

async function keySet({ get }: TestServer): Promise<string> {
  const response = await get('/.well-known/jwks.json')
  assert.equal(response.status, 200)
  return await response.text()
}

async function reasonOf({ get }: TestServer): Promise<string | undefined> {
  return JSON.parse(await (await get('/readyz')).text()).reason
}
