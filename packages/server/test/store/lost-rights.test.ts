/** What an operator takes away from the role while the server runs is an outage with its own word, and ends when it is given back. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { eventually } from '../support/accounts.ts'
import { administer, freshDatabase } from '../support/databases.ts'
import { startPasswordGrantServer, tokenByPassword } from '../support/password-grant.ts'
import { alice } from '../support/people.ts'
import { query } from '../support/rows.ts'

interface Loss {
  readonly what: string
  readonly take: (role: string) => string
  readonly giveBack: (role: string) => string
  readonly reason: string
  readonly sentence: RegExp
}

const losses: readonly Loss[] = [
  {
    what: 'a role that loses its rights to the tables',
    take: (role) => `revoke all on all tables in schema public from ${role}`,
    giveBack: (role) => `grant all on all tables in schema public to ${role}`,
    reason: 'forbidden',
    sentence: /^not ready: The role may not use tables of Countersign\. Grant it the rights again/,
  },
  {
    what: 'a schema with another name',
    take: () => 'alter schema public rename to former',
    giveBack: () => 'alter schema former rename to public',
    reason: 'no_tables',
    sentence: /^not ready: The role does not find tables of Countersign\. Check its search_path/,
  },
]

for (const { what, take, giveBack, reason, sentence } of losses) {
  test(`R12 postgres: ${what}: 503 and not ready, and all of it ends with the cause`, async (t) => {
    const { url, role, roleUrl } = await ownedByRole(t)
    const server = await startPasswordGrantServer(t, { databaseUrl: roleUrl })
    const authorization = `Bearer ${await tokenByPassword(server, alice)}`
    const readiness = async () => JSON.parse(await (await server.get('/readyz')).text())

    await query(url, take(role))
    const requests = [
      () => server.get('/users/me', { authorization }),
      () => server.post('/token', { username: 'alice', password: 'secret' }),
    ]
    for (const request of requests) {
      const response = await request()
      assert.equal(response.status, 503)
      assert.equal(response.headers.get('retry-after'), '5')
    }
    await eventually(async () => (await readiness()).reason === reason)
    assert.match(server.log.find((line) => line.facts['reason'] === reason)?.message ?? '', sentence)
    // The keys are in memory.
    assert.equal((await server.get('/.well-known/jwks.json')).status, 200)

    await query(url, giveBack(role))
    await eventually(async () => (await readiness()).status === 'ok')
    assert.equal((await server.get('/users/me', { authorization })).status, 200)
    await tokenByPassword(server, alice)
  })
}

/** An empty database whose owner has no other rights. */
async function ownedByRole(t: TestContext): Promise<{ url: string; role: string; roleUrl: string }> {
  const { url, remove } = await freshDatabase('postgres')
  const role = `role_${randomUUID().replaceAll('-', '')}`
  await administer(`create role ${role} login password 'x'`)
  await administer(`alter database ${new URL(url).pathname.slice(1)} owner to ${role}`)
  t.after(async () => {
    await remove()
    await administer(`drop role ${role}`)
  })
  const roleUrl = new URL(url)
  roleUrl.username = role
  roleUrl.password = 'x'
  return { url, role, roleUrl: roleUrl.href }
}
