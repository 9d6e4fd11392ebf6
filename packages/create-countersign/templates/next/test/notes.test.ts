import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createTestCountersign } from 'countersign/testing'
import { countersignOptions } from '../lib/countersign-options.ts'
import { notesRoute } from '../lib/notes.ts'

async function start(t: TestContext) {
  const countersign = await createTestCountersign({
    ...countersignOptions('http://127.0.0.1:3000/auth', 'a secret of the tests, and of nothing else'),
    users: [{ username: 'tim' }],
  })
  t.after(countersign.close)
  const route = notesRoute(countersign.issuer, () => countersign, countersign.clock.now)
  const getNotes = async (token?: string) => {
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` })
    return await route(new Request('http://127.0.0.1:3000/api/notes', { headers }), undefined)
  }
  return { countersign, getNotes }
}

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
