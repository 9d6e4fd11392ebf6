import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createTestCountersign } from 'countersign/testing'
import { createApp } from '../src/app.ts'
import { countersignOptions } from '../src/countersign.ts'

const secrets = {
  clientSecret: 'a secret of the tests, and of nothing else',
  cookieSecret: 'another secret of the tests, and of nothing else',
}

async function start(t: TestContext) {
  const countersign = await createTestCountersign({
    ...countersignOptions('http://127.0.0.1:3000/auth', secrets.clientSecret),
    users: [{ username: 'tim' }],
  })
  t.after(countersign.close)
  const server = createApp(countersign, secrets, countersign.clock.now).listen(0, '127.0.0.1')
  t.after(() => void server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const getNotes = async (token?: string) =>
    await fetch(`${url}/api/notes`, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  return { countersign, url, getNotes }
}

test('the home page has a link to log in', async (t) => {
  const { url } = await start(t)
  assert.match(await (await fetch(url)).text(), /href="\/account\/login/)
})

test('a user who logged in gets their notes', async (t) => {
  const { countersign, getNotes } = await start(t)
  const { access_token: token } = await countersign.logIn('app', 'tim')
  assert.deepEqual(await (await getNotes(token)).json(), ['This note belongs to the user tim.'])
})

test('no token and a token without the scope are rejected', async (t) => {
  const { countersign, getNotes } = await start(t)
  assert.equal((await getNotes()).status, 401)
  assert.equal((await getNotes(await countersign.mint({ scope: '' }))).status, 403)
})

test('an expired token and a revoked token are rejected', async (t) => {
  const { countersign, getNotes } = await start(t)
  const { access_token: first } = await countersign.logIn('app', 'tim')
  countersign.clock.advance(30 * 60)
  assert.equal((await getNotes(first)).status, 401)

  const { access_token: second } = await countersign.logIn('app', 'tim')
  assert.equal((await getNotes(second)).status, 200)
  await countersign.grants.revokeAll('tim')
  countersign.clock.advance(3) // The guard reads the list of revoked tokens every second.
  assert.equal((await getNotes(second)).status, 401)
})
