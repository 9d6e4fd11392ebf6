/** A service of the deployment that fails, responds with something else or is not there: this is an outage, and never a user or a correct password. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { json, mira, openAt, serviceSecret, startHttpService } from '../../support/directories/http-service.ts'
import { tealPassword as password } from '../../support/directories/people.ts'
import { soon } from '../../support/directories/questions.ts'

const wrongAnswers: readonly [string, (response: ServerResponse) => void, RegExp][] = [
  ['an error of the service', (response) => response.writeHead(500).end(password), /\/find with the status 500$/],
  ['no content', (response) => response.writeHead(204).end(), /with the status 204$/],
  ['a redirect', (response) => response.writeHead(307, { location: '/directory/find' }).end(), /with a redirect/],
  ['text', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{"users":[]}'), /content-type/],
  ['no content-type', (response) => response.writeHead(200).end('{"users":[]}'), /content-type/],
  ['half of it', (response) => raw(response, '{"users":['), /not valid JSON: syntax_error/],
  ['a member twice', (response) => raw(response, '{"users":[],"users":[]}'), /not valid JSON: duplicate_member/],
  ['a list', (response) => json(response, [mira]), /not a JSON object/],
  ['another object', (response) => json(response, { user: mira }), /is wrong: /],
  [
    'a user without disabled',
    (response) => json(response, { users: [{ key: '7', username: 'mira' }] }),
    /users\.0\.disabled/,
  ],
  ['disabled as text', (response) => json(response, { users: [{ ...mira, disabled: 'no' }] }), /users\.0\.disabled/],
  [
    'an unknown member',
    (response) => json(response, { users: [{ ...mira, isDisabled: true }] }),
    /unknown members: isDisabled/,
  ],
  ['a key that is a number', (response) => json(response, { users: [{ ...mira, key: 7 }] }), /users\.0\.key/],
  [
    'too much',
    (response) => json(response, { users: [{ ...mira, full_name: 'x'.repeat(2 ** 20) }] }),
    /longer than 1048576/,
  ],
]

for (const [what, answer, message] of wrongAnswers) {
  test(`${what} is an outage, whose cause has no value`, async (t) => {
    const service = await startHttpService(t)
    service.answer = (response) => {
      answer(response)
      return true
    }
    const directory = await openAt(service)
    await assert.rejects(directory.find('mira', soon()), (error: unknown) => {
      assert.ok(error instanceof Error)
      assert.match(error.message, message)
      assert.ok(![password, serviceSecret, 'mira@'].some((secret) => error.message.includes(secret)))
      return true
    })
    assert.equal(service.asked.length, 1)
  })
}

for (const answer of [{ match: 'true' }, { match: 1 }, {}, { match: true, locked: true }, { users: [] }]) {
  test(`${JSON.stringify(answer)} to /verify is an outage, and no right password`, async (t) => {
    const service = await startHttpService(t, [mira])
    const directory = await openAt(service)
    const found = await directory.find('mira', soon())
    assert.ok(found && directory.verify)
    service.answer = (response) => {
      json(response, answer)
      return true
    }
    await assert.rejects(directory.verify(found, password, soon()), /the service to \/verify is wrong/)
    service.answer = (response) => Boolean(response.writeHead(404).end())
    await assert.rejects(directory.verify(found, password, soon()), /\/verify with the status 404/)
  })
}

test('a look-up is sent once more when the connection was closed, and a password is not', async (t) => {
  const service = await startHttpService(t, [{ ...mira, password }])
  const directory = await openAt(service)
  let closed = 0
  const closeOnce = (response: ServerResponse) => {
    if (closed++ > 0) return false
    response.socket?.resetAndDestroy()
    return true
  }
  service.answer = closeOnce
  const found = await directory.find('mira', soon())
  assert.ok(found && directory.verify)
  assert.equal(service.asked.length, 2)
  closed = 0
  await assert.rejects(directory.verify(found, password, soon()), /cannot be reached/)
  assert.equal(service.asked.length, 3)
  assert.deepEqual(await directory.verify(found, password, soon()), { isMatch: true })
  service.answer = (response) => Boolean(response.socket?.resetAndDestroy())
  await assert.rejects(directory.find('mira', soon()), /cannot be reached/)
  assert.equal(service.asked.length, 6)
})

test('a service that is not there, or says nothing, is an outage', async (t) => {
  const service = await startHttpService(t, [mira])
  service.answer = () => true
  const directory = await openAt(service)
  await assert.rejects(directory.find('mira', AbortSignal.timeout(100)))
  const gone = await openAt({ url: 'http://127.0.0.1:9/directory', secret: serviceSecret })
  await assert.rejects(gone.find('mira', soon()), /^Error: the service cannot be reached: /)
})

function raw(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text)
}
