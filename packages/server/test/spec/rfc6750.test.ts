/** RFC 6750, bearer token usage: the routes that take a token. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startTutorialServer } from '../support/tutorial.ts'

/** With the items, a second protected route. */
const server = await startTutorialServer({ after })

for (const method of ['GET', 'POST']) {
  test(`§2 ${method} /userinfo rejects a token in two places, whichever these are`, async () => {
    const token = await server.accessToken('alice', 'openid')
    const authorization = `Bearer ${token}`
    const ask = (path: string, headers: Record<string, string>, body = '') =>
      method === 'GET' ? server.get(path, headers) : server.post(path, body, headers)
    assert.equal((await ask(`/userinfo?access_token=${token}`, { authorization })).status, 400)
    assert.equal((await ask('/userinfo', { authorization })).status, 200)
    if (method === 'GET') return
    assert.equal((await ask(`/userinfo?access_token=${token}`, {}, `access_token=${token}`)).status, 400)
    assert.equal((await ask('/userinfo', { authorization }, `access_token=${token}`)).status, 400)
    assert.equal((await ask('/userinfo', {}, `access_token=${token}`)).status, 200)
  })
}

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

  test(`§2 ${path} rejects a token in the query and in the header at once, and does not read one in the query alone`, async () => {
    const { get, accessToken } = server
    const token = await accessToken('alice')
    for (const authorization of [`Bearer ${token}`, 'Bearer another.token', 'Basic YTpi']) {
      for (const query of [
        `access_token=${token}`,
        `x=1&access_token=${token}`,
        'access%5Ftoken=x',
        'access_token=x&access_token=',
      ]) {
        const response = await get(`${path}?${query}`, { authorization })
        const sent = `${authorization} ${query}`
        assert.equal(response.status, authorization.startsWith('Bearer') ? 400 : 401, sent)
      }
    }
    const twice = await get(`${path}?access_token=${token}`, { authorization: `Bearer ${token}` })
    assert.equal(twice.headers.get('www-authenticate'), 'Bearer error="invalid_request"')
    assert.match(await twice.text(), /"error":"invalid_request"/)
    assert.equal((await get(`${path}?access_token=${token}`)).status, 401)
    // RFC 6749 §3.1: a parameter without a value is as if it were omitted.
    assert.equal((await get(`${path}?access_token=`, { authorization: `Bearer ${token}` })).status, 200)
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
