/** A service of the deployment finds users and checks their passwords; for one that fails see http-outage.test.ts. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { OptionsError } from '../../../src/config/options-error.ts'
import type { Directory } from '../../../src/users/directories/directory.ts'
import { UnusableEntry } from '../../../src/users/directories/directory-user.ts'
import { httpDirectory } from '../../../src/users/directories/http.ts'
import { json, mira, openAt, serviceSecret, startHttpService } from '../../support/directories/http-service.ts'
import { tealPassword as password } from '../../support/directories/people.ts'
import { soon } from '../../support/directories/questions.ts'

test('a user is found by the name, and read by the key, with all fields', async (t) => {
  const service = await startHttpService(t, [mira, { key: '12', username: 'otto', disabled: true }])
  const directory = await openAt(service)
  const found = await directory.find('mira', soon())
  assert.deepEqual(found, {
    key: '7',
    sub: undefined,
    username: 'mira',
    email: 'mira@example.com',
    isEmailVerified: true,
    fullName: 'Mira Okafor',
    claims: { locale: 'en-GB' },
    groups: ['staff'],
    isDisabled: false,
    passwordHash: null,
  })
  assert.deepEqual(await directory.read(['7', '99'], soon()), [found])
  assert.equal((await directory.find('otto', soon()))?.isDisabled, true)
  assert.equal(await directory.find('nobody', soon()), undefined)
  service.people = [{ ...mira, sub: 'u-7', disabled: true }]
  const [read] = await directory.read(['7'], soon())
  assert.deepEqual([read?.sub, read?.isDisabled], ['u-7', true])
  service.people = []
  assert.deepEqual(await directory.read(['7'], soon()), [])
})

test('the service checks the password', async (t) => {
  const service = await startHttpService(t, [{ ...mira, password }])
  const directory = await openAt(service)
  const found = await directory.find('mira', soon())
  assert.ok(found && directory.verify)
  assert.deepEqual(await directory.verify(found, password, soon()), { isMatch: true })
  assert.deepEqual(await directory.verify(found, 'teal-heron-43', soon()), { isMatch: false })
  assert.deepEqual(
    service.asked.map(({ path }) => path),
    ['/directory/find', '/directory/verify', '/directory/verify'],
  )
  assert.deepEqual(service.asked.at(-1)?.question, { key: '7', password: 'teal-heron-43' })
})

test('Standard Webhooks: each request has a signature and an id of its own, and another secret is rejected', async (t) => {
  const service = await startHttpService(t, [mira])
  const directory = await openAt(service)
  await directory.find('mira', soon())
  await directory.find('mira', soon())
  const ids = service.asked.map(({ id }) => id)
  assert.match(ids[0] ?? '', /^msg_[\w-]{36}$/)
  assert.equal(new Set(ids).size, 2)
  const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  await assert.rejects(
    (await openAt({ ...service, secret: other })).find('mira', soon()),
    /\/find with the status 401$/,
  )
})

test('where several users have a name, or nobody may, nobody is meant', async (t) => {
  const service = await startHttpService(t, [mira, { ...mira, key: '8' }])
  const directory = await openAt(service)
  assert.equal(await directory.find('mira', soon()), undefined)
  const before = service.asked.length
  for (const name of ['', 'mi\0ra', '\ud800', 'x'.repeat(256)])
    assert.equal(await directory.find(name, soon()), undefined)
  assert.deepEqual(await directory.read([], soon()), [])
  assert.equal(service.asked.length, before)
})

test('an entry that cannot be a user is no outage, and users who were not asked for are left out', async (t) => {
  const service = await startHttpService(t, [{ ...mira, username: 'аlice' }])
  const directory = await openAt(service)
  await assert.rejects(directory.find('аlice', soon()), UnusableEntry)
  assert.deepEqual(await directory.read(['7'], soon()), [])
  service.answer = (response) => {
    json(response, { users: [mira, { ...mira, key: '12' }] })
    return true
  }
  assert.deepEqual(
    (await directory.read(['7'], soon())).map(({ key }) => key),
    ['7'],
  )
})

test('a username that the service rejects is nobody, and keys that it rejects are an outage', async (t) => {
  const service = await startHttpService(t, [])
  const directory = await openAt(service)
  service.answer = (response) => Boolean(response.writeHead(422).end())
  assert.equal(await directory.find('x'.repeat(60), soon()), undefined)
  await assert.rejects(directory.read(['1'], soon()), /\/find with the status 422/)
})

test('users are listed in pages, without those that cannot be used; a service need not list them', async (t) => {
  const unusable = ['20', '21', '22'].map((key) => ({ key, username: ' ', disabled: false }))
  const people = ['1', '2', '3', '30', '31'].map((key) => ({ key, username: `person${key}`, disabled: false }))
  const service = await startHttpService(t, [...people.slice(0, 3), ...unusable, ...people.slice(3)])
  const directory = await openAt(service)
  const pages: string[][] = []
  for (let after: string | undefined; pages.at(-1)?.length !== 0; after = pages.at(-1)?.at(-1)) {
    pages.push((await directory.list(after, 2, soon())).map(({ key }) => key))
  }
  assert.deepEqual(pages, [['1', '2'], ['3', '30'], ['31'], []])
  service.answer = (response) => Boolean(response.writeHead(404).end())
  assert.deepEqual(await directory.list(undefined, 2, soon()), [])
})

test('a password that the service rejects is a wrong one', async (t) => {
  const service = await startHttpService(t, [mira])
  const directory = await openAt(service)
  const found = await directory.find('mira', soon())
  assert.ok(found && directory.verify)
  service.answer = (response) => Boolean(response.writeHead(422).end())
  const refusal = 'it rejects the password, with the status 422'
  assert.deepEqual(await directory.verify(found, 'x'.repeat(100), soon()), { isMatch: false, refusal })
})

async function messagesOf(directory: Directory): Promise<readonly string[]> {
  return (await directory.inspect(soon())).map(({ isProblem, message }) => `${isProblem ? '! ' : ''}${message}`)
}

test('it says what an operator should know', async (t) => {
  const service = await startHttpService(t, [mira])
  const directory = await openAt(service)
  const right = ['The service can be reached.', 'The service rejects requests with a wrong signature.']
  assert.deepEqual(await messagesOf(directory), right)
  service.checksSignatures = false
  const careless = '! The service accepts requests with a wrong signature: let it verify webhook-signature.'
  assert.deepEqual(await messagesOf(directory), ['The service can be reached.', careless])
  service.checksSignatures = true
  service.answer = (response, _path, question) => Boolean('after' in question && response.writeHead(404).end())
  const unlisted = 'The service does not list its users, so they cannot be counted or compared.'
  assert.deepEqual(await messagesOf(directory), [...right, unlisted])
  service.answer = (response) => Boolean(response.writeHead(404).end())
  assert.deepEqual(await messagesOf(directory), ['! The service responds to /find with 404: correct url.'])
  service.answer = (response) => Boolean(response.writeHead(500).end())
  const failed = '! The service cannot be used: the service responded to /find with the status 500.'
  assert.deepEqual(await messagesOf(directory), [failed])
})

const right = { url: 'https://users.example.com/directory', secret: serviceSecret }
const wrongOptions: readonly [object, RegExp][] = [
  [{ url: 'users.example.com' }, /url must be a URL/],
  [{ url: 'http://users.example.com' }, /url must begin with https/],
  [{ url: 'ftp://127.0.0.1' }, /url must begin with https/],
  [{ url: 'https://user:pass@users.example.com' }, /url must not contain credentials/],
  [{ url: 'https://users.example.com/?a=b' }, /url must not have a query/],
  [{ secret: 'whsec_short' }, /secret must be whsec_/],
  [{ secret: serviceSecret.slice('whsec_'.length) }, /secret must be whsec_/],
  [{ secret: `whsec_${Buffer.alloc(23).toString('base64')}` }, /secret must be whsec_/],
  [{ secret: `${serviceSecret}!` }, /secret must be whsec_/],
  [{ secrets: serviceSecret }, /secrets is not an option.*secret/],
  [{ unsafeHttp: 'yes' }, /unsafeHttp must be/],
]

for (const [options, message] of wrongOptions) {
  test(`${JSON.stringify(options)} is wrong`, () => {
    assert.throws(
      () => httpDirectory({ ...right, ...options }),
      (error: unknown) => {
        assert.ok(error instanceof OptionsError)
        assert.match(error.message, message)
        assert.ok(!error.message.includes(serviceSecret.slice(10)) && !error.message.includes('user:pass'))
        return true
      },
    )
  })
}

test('http off loopback has a name that says so, and is a problem', async () => {
  const directory = await httpDirectory({ url: 'http://192.0.2.1:9/d', secret: serviceSecret, unsafeHttp: true }).open()
  const findings = await directory.inspect(AbortSignal.timeout(50))
  assert.ok(findings.some(({ isProblem, message }) => isProblem && message.includes('clear text')))
})

test('the OpenAPI document has the members that responses may have', async (t) => {
  const path = new URL('../../../../../docs/reference/directory-service.openapi.json', import.meta.url)
  const { schemas } = JSON.parse(readFileSync(path, 'utf8')).components
  const service = await startHttpService(t)
  const directory = await openAt(service)
  const values: Record<string, unknown> = { ...mira, sub: 'u-7' }
  assert.deepEqual(Object.keys(schemas.User.properties).sort(), Object.keys(values).sort())
  const find = (user: object) => {
    service.people = [{ ...user, username: 'mira' }]
    return directory.find('mira', soon())
  }
  assert.equal((await find(values))?.sub, 'u-7')
  for (const [name, { type }] of Object.entries<{ type: unknown }>(schemas.User.properties)) {
    const { [name]: _left, ...others } = values
    if (name === 'username') continue
    if (schemas.User.required.includes(name)) await assert.rejects(find(others), /is wrong/, name)
    else assert.equal((await find(others))?.key, '7', name)
    if (Array.isArray(type)) assert.equal((await find({ ...values, [name]: null }))?.key, '7', name)
  }
})
