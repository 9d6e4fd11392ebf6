/** examples/items-api: the tutorial's responses, under each framework. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startScript } from '../support/example.ts'

const scripts = { express: 'start', fastify: 'fastify', hono: 'hono', next: 'next' }

/** Logs in as in the tutorial. */
async function getToken(issuer: string, parameters: Readonly<Record<string, string>>): Promise<string> {
  const body = new URLSearchParams({ username: 'tim', password: 'tim1234', ...parameters })
  const response = await fetch(`${issuer}/token`, { method: 'POST', body })
  const { access_token: token } = JSON.parse(await response.text())
  assert.equal(typeof token, 'string')
  return token
}

/** The status, challenge and body of the response. */
async function ask(url: string, token?: string): Promise<readonly unknown[]> {
  const response = await fetch(url, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } })
  return [response.status, response.headers.get('www-authenticate'), await response.json()]
}

for (const [framework, script] of Object.entries(scripts)) {
  test(`items-api on ${framework}: gives the tutorial's responses to the tokens that are issued for it`, async (t) => {
    const example = await startScript(t, 'items-api', script)
    const issuer = await example.said(/Countersign is ready at (http\S+)/)
    const api = await example.said(/The items API is at (http\S+)\. /)
    const [me, items] = [`${api}/users/me`, `${api}/users/me/items`]

    const token = await getToken(issuer, { scope: 'me items', resource: api })
    const tim = { username: 'tim', full_name: 'Tim Ruscica', email: 'tim@gmail.com', disabled: false }
    assert.deepEqual(await ask(me, token), [200, null, tim])
    assert.deepEqual(await ask(items, token), [200, null, [{ item_id: 'Foo', owner: 'tim' }]])

    assert.deepEqual(await ask(me), [401, 'Bearer', { detail: 'Not authenticated' }])
    const invalid = { detail: 'Could not validate credentials' }
    assert.deepEqual(await ask(items, `${token}x`), [401, 'Bearer scope="me items"', invalid])
    const onlyMe = await getToken(issuer, { scope: 'me', resource: api })
    assert.deepEqual(await ask(me, onlyMe), [200, null, tim])
    const rejected = [401, 'Bearer scope="me items"', { detail: 'Not enough permissions' }]
    assert.deepEqual(await ask(items, onlyMe), rejected)
    await example.said(/401 scope_missing/)

    // RFC 8707 §2: a token for one resource is not valid at another.
    assert.deepEqual(await ask(me, await getToken(issuer, { scope: 'me items' })), [401, 'Bearer scope="me"', invalid])
    await example.said(/401 audience_mismatch/)
    assert.equal((await ask(`${issuer}/users/me`, token))[0], 401)
    assert.ok(!example.output().includes(token))
  })
}
