/** RFC 6750, bearer token usage: the routes that take a token. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startTutorialServer } from '../support/tutorial.ts'

/** With the items, a second protected route. */
const server = await startTutorialServer({ after })

const routes = ['/users/me', '/users/me/', '/users/me/items', '/users/me/items/']

for (const path of routes) {
  test(`§2.1 ${path} accepts the token in the Authorization header`, async () => {
    const { get, accessToken } = server
    const response = await get(path, { authorization: `Bearer ${await accessToken('alice')}` })
    assert.equal(response.status, 200)
  })

  test(`§3 ${path} without a token is 401 with a challenge that names no error`, async () => {
    const { get } = server
    const response = await get(path)
    assert.equal(response.status, 401)
    // §3.1: without any authentication information, no error code or other error information SHOULD be included.
    assert.equal(response.headers.get('www-authenticate'), 'Bearer')
  })

  test(`§3.1 ${path} with an invalid token is 401 invalid_token`, async () => {
    const { get } = server
    const response = await get(path, { authorization: 'Bearer mF_9.B5f-4.1JqM' })
    assert.equal(response.status, 401)
    assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"')
  })

  test(`§5.3 the response of ${path} is not cached`, async () => {
    const { get, accessToken } = server
    const authorization = `Bearer ${await accessToken('alice')}`
    for (const response of [await get(path), await get(path, { authorization })]) {
      assert.equal(response.headers.get('cache-control'), 'no-store')
    }
  })
}

test('§2.2, §2.3 a token in the query or in a cookie is ignored', async () => {
  const { get, accessToken } = server
  const token = await accessToken('alice')
  assert.equal((await get(`/users/me?access_token=${token}`)).status, 401)
  assert.equal((await get('/users/me', { cookie: `access_token=${token}` })).status, 401)
})

const lacking: readonly (readonly [path: string, granted: string, needed: string])[] = [
  ['/users/me', 'items', 'me'],
  ['/users/me/items', 'items', 'me items'],
  ['/users/me/items', 'me', 'me items'],
]

for (const [path, granted, needed] of lacking) {
  test(`§3.1 ${path} with scope "${granted}" is 403 insufficient_scope, naming "${needed}"`, async () => {
    const { get, accessToken } = server
    const response = await get(path, { authorization: `Bearer ${await accessToken('alice', granted)}` })
    assert.equal(response.status, 403)
    assert.equal(response.headers.get('www-authenticate'), `Bearer error="insufficient_scope", scope="${needed}"`)
  })
}
