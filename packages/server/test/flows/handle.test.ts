/** The handle that `createCountersign` gives to other programs. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { ClientError, GroupError, UserError } from '../../src/index.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { embed, logIn, silent } from '../support/embed.ts'
import { startOfTests } from '../support/server.ts'

for (const kind of databaseKinds) {
  test(`${kind}: a user is created, found, changed, disabled, enabled and removed`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const options = { databaseUrl: database.url, passwordGrant: 'first-party' }
    const countersign = await embed(t, options, { migrate: true })
    const { users } = countersign
    const tim = await users.create({ username: 'tim', password: 'a password of tim', email: 'tim@gmail.com' })
    assert.deepEqual(
      { ...tim, id: typeof tim.id },
      {
        id: 'string',
        username: 'tim',
        email: 'tim@gmail.com',
        isEmailVerified: false,
        fullName: null,
        claims: {},
        updatedAt: startOfTests,
        isDisabled: false,
        createdAt: startOfTests,
      },
    )
    assert.deepEqual(await users.find({ username: 'TIM' }), tim)
    assert.deepEqual(await users.find({ id: tim.id }), tim)
    assert.equal(await users.find({ id: 'nobody' }), undefined)
    assert.equal((await logIn(countersign, 'a password of tim')).status, 200)

    assert.equal((await users.update(tim.id, { fullName: 'Tim Ruscica' })).fullName, 'Tim Ruscica')
    await users.setPassword(tim.id, 'another password')
    assert.equal((await logIn(countersign, 'a password of tim')).status, 401)
    await users.disable(tim.id)
    assert.equal((await users.find({ id: tim.id }))?.isDisabled, true)
    assert.equal((await logIn(countersign, 'another password')).status, 401)
    await users.enable(tim.id)
    assert.equal((await logIn(countersign, 'another password')).status, 200)
    await users.remove(tim.id)
    assert.deepEqual(await users.list(), { users: [], next: undefined })
  })

  test(`${kind}: groups get members, and roles are assigned to users and groups`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const { users, groups, roles } = await embed(t, { databaseUrl: database.url }, { migrate: true })
    const { id } = await users.create({ username: 'tim', password: 'a password of tim' })
    await groups.create('staff')
    await roles.create('admin')
    await groups.addMember('staff', id)
    await roles.assign('admin', { group: 'staff' })
    assert.deepEqual(await groups.members('staff'), {
      members: [{ userId: id, username: 'tim', sources: ['own'] }],
      next: undefined,
    })
    assert.deepEqual([await groups.ofUser(id), await roles.ofUser(id)], [['staff'], ['admin']])
    assert.deepEqual([await roles.groups('admin'), (await roles.users('admin')).users], [['staff'], []])
    await roles.unassign('admin', { group: 'staff' })
    await groups.removeMember('staff', id)
    assert.deepEqual([await groups.ofUser(id), await roles.ofUser(id)], [[], []])
    assert.deepEqual([(await groups.list()).groups.length, (await roles.list()).roles.length], [1, 1])
    await groups.remove('staff')
    await roles.remove('admin')
    await assert.rejects(groups.members('staff'), GroupError)
    await assert.rejects(roles.list(JSON.parse('{"limt":1}')), {
      problems: [{ code: 'invalid', field: 'limt', message: 'is not an option: did you mean limit?' }],
    })
  })

  test(`${kind}: a client is created, found, changed, disabled and removed, and its secret rotated`, async (t) => {
    const database = await freshDatabase(kind)
    t.after(database.remove)
    const declared = { client_id: 'declared', token_endpoint_auth_method: 'none', redirect_uris: ['https://a.example'] }
    const { clients } = await embed(t, { databaseUrl: database.url, clients: [declared] }, { migrate: true })
    const { metadata, secret, source } = await clients.create({
      client_id: 'service',
      grant_types: ['client_credentials'],
    })
    assert.equal(source, 'registered')
    assert.ok(secret)
    assert.deepEqual(metadata.grant_types, ['client_credentials'])
    const list = await clients.list()
    assert.deepEqual(
      list.clients.map((client) => [client.metadata.client_id, client.source]),
      [
        ['declared', 'declared'],
        ['service', 'registered'],
      ],
    )
    assert.equal((await clients.update('service', { client_name: 'A service' })).metadata.client_name, 'A service')
    const rotated = await clients.rotateSecret('service', { grace: 60 })
    assert.notEqual(rotated.secret, secret)
    assert.equal(rotated.formerSecretExpiresAt, startOfTests + 60)
    await clients.disable('service')
    assert.equal((await clients.find('service'))?.isDisabled, true)
    await clients.enable('service')
    await clients.remove('service')
    assert.equal(await clients.find('service'), undefined)
    await assert.rejects(clients.remove('declared'), {
      problems: [
        { code: 'declared_client', field: 'client_id', message: 'is declared in the configuration: change it there' },
      ],
    })
  })
}

test('a problem has a code, a field and a message', async (t) => {
  const { users } = await embed(t)
  await users.create({ username: 'tim', password: 'a password of tim' })
  const again = users.create({ username: 'Tim', password: 'a password of tim' })
  await assert.rejects(again, (error) => error instanceof UserError && error.problems[0]?.code === 'taken')
})

test('an invalid id or username is a problem', async (t) => {
  const { users, clients } = await embed(t, {}, { migrate: true })
  for (const wrong of [null, undefined, 5, {}, 'a\0b']) {
    // What a program without types may give.
    const id = wrong as string
    await assert.rejects(users.find({ id }), UserError)
    await assert.rejects(users.find({ username: id }), UserError)
    await assert.rejects(clients.find(id), ClientError)
  }
  await assert.rejects(users.find(null as never), UserError)
})

test('grants are listed and revoked by ids that are text', async (t) => {
  const { grants } = await embed(t)
  assert.deepEqual(await grants.list('nobody'), [])
  assert.equal(await grants.revoke('nobody', 'no-client'), 0)
  for (const wrong of [undefined, 5, '\0']) {
    await assert.rejects(grants.list(wrong as never), { name: 'UserError' })
    await assert.rejects(grants.revoke(wrong as never, 'app'), { name: 'UserError' })
    await assert.rejects(grants.revokeAll(wrong as never), { name: 'UserError' })
    // A client that was not found must not mean all clients.
    await assert.rejects(grants.revoke('tim', wrong as never), { name: 'ClientError' })
  }
})

test('a long list of users has pages', async (t) => {
  const { users } = await embed(t)
  for (const username of ['a', 'b', 'c']) await users.create({ username, password: 'a long password' })
  const first = await users.list({ limit: 2 })
  assert.deepEqual(
    first.users.map(({ username }) => username),
    ['a', 'b'],
  )
  const second = await users.list({ limit: 2, after: first.next })
  assert.deepEqual([second.users[0]?.username, second.next], ['c', undefined])
})

test('keys are listed without their private half, and rotate', async (t) => {
  const { keys } = await embed(t)
  const before = await keys.list()
  assert.equal(before.filter(({ state }) => state === 'active').length, 3)
  assert.ok(!JSON.stringify(before).includes('PRIVATE'))
  const [rotation] = await keys.rotate({ algorithms: ['ES256'], isUrgent: true })
  assert.deepEqual(rotation, { algorithm: 'ES256', outcome: 'rotated' })
  assert.equal((await keys.list()).filter(({ state }) => state === 'retired').length, 1)
})

test('why explains a rejection by the request id of its response', async (t) => {
  const countersign = await embed(t, { passwordGrant: 'first-party' })
  const response = await logIn(countersign, 'wrong', 'nobody')
  const rejected = await countersign.why(response.headers.get('x-request-id') ?? '')
  assert.equal(rejected?.reason, 'unknown_user')
  assert.equal(rejected?.status, 401)
  assert.match(rejected?.explanation?.happened ?? '', /\w/)
  assert.equal(await countersign.why('no-such-request'), undefined)
})

test('a request that is rejected before it is read has the path that the client sent', async (t) => {
  const countersign = await embed(t)
  const server = createServer((request, response) => countersign.serveNode(request, response, '/auth/to\\ken'))
  t.after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const response = await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/ken`)
  assert.equal(response.status, 400)
  assert.equal((await countersign.why(response.headers.get('x-request-id') ?? ''))?.path, '/auth/to\\ken')
})

test('a user whose failed logins are used up is unlocked', async (t) => {
  const countersign = await embed(t, { passwordGrant: 'first-party', accountFailureLimit: 1 })
  const { id } = await countersign.users.create({ username: 'tim', password: 'a password of tim' })
  assert.equal((await logIn(countersign, 'wrong')).status, 401)
  assert.equal((await logIn(countersign, 'a password of tim')).status, 401)
  await countersign.users.unlock(id)
  assert.equal((await logIn(countersign, 'a password of tim')).status, 200)
})

test('without addresses, failed logins are counted by account alone, and the log says so once', async (t) => {
  const warnings: string[] = []
  const log = { ...silent, warn: (_facts: object, message: string) => void warnings.push(message) }
  const countersign = await embed(t, { passwordGrant: 'first-party', addressFailureLimit: 2 }, { log })
  for (let attempt = 0; attempt < 5; attempt++) {
    assert.equal((await logIn(countersign, 'wrong', `user${attempt}`)).status, 401)
  }
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /pass it to fetch\(request, \{ address \}\)/)
})

for (const address of ['1.2.3.4:555', '[::1]:8080', 'localhost', '1.2.3.4\n', 'x'.repeat(10_000)]) {
  test(`an address that is no IP address is named once: ${JSON.stringify(address.slice(0, 20))}`, async (t) => {
    const warnings: string[] = []
    const log = { ...silent, warn: (_facts: object, message: string) => void warnings.push(message) }
    const countersign = await embed(t, { passwordGrant: 'first-party' }, { log })
    for (let attempt = 0; attempt < 2; attempt++) {
      assert.equal((await logIn(countersign, 'wrong', 'tim', { address })).status, 401)
    }
    assert.deepEqual(warnings, [
      `${JSON.stringify(address.slice(0, 60))} is no IP address, so failed logins are counted only by account: pass the address alone to fetch(request, { address }), without a port`,
    ])
  })
}

test('demo adds the users of the tutorial', async (t) => {
  const countersign = await embed(t, { demo: true, passwordGrant: 'first-party' })
  assert.equal((await logIn(countersign, 'tim1234')).status, 200)
})

test('a log that throws loses its lines, and neither a response nor the process', async (t) => {
  const fail = () => {
    throw new Error('the log is full')
  }
  const log = { info: fail, warn: fail, error: fail }
  const countersign = await embed(t, { passwordGrant: 'first-party', claims: () => 5 as never }, { log })
  await countersign.users.create({ username: 'tim', password: 'a password of tim' })
  assert.equal((await logIn(countersign, 'wrong')).status, 401)
  assert.equal((await logIn(countersign, 'a password of tim')).status, 500)
})

test('what a program does with the metadata of a client changes nothing inside', async (t) => {
  const app = { client_id: 'app', token_endpoint_auth_method: 'none', redirect_uris: ['https://a.example/'] }
  const { clients } = await embed(t, { clients: [app] })
  const before = await clients.find('app')
  for (const list of ['grant_types', 'redirect_uris', 'post_logout_redirect_uris'] as const) {
    const metadata = (await clients.find('app'))?.metadata
    const values: string[] = metadata?.[list] as never
    values.push('https://evil.example/')
  }
  assert.deepEqual(await clients.find('app'), before)
})

test('owns looks at the path alone', async (t) => {
  const { owns } = await embed(t, { issuer: 'http://127.0.0.1:8000/auth' })
  const ours = ['/auth', '/auth/token', '/auth/x?y', 'http://h/auth/token', '/.well-known/openid-configuration/auth']
  const others = [
    '/',
    '/authx',
    '/AUTH/token',
    '/x?/auth/token',
    'http://h?x=/auth/token',
    'http://h#/auth/token',
    'x',
    '',
  ]
  assert.deepEqual(
    ours.filter((url) => !owns(url)),
    [],
  )
  assert.deepEqual(others.filter(owns), [])
})

test('no internals can be reached from the handle', async (t) => {
  const countersign = await embed(t)
  const seen = new Set<unknown>()
  const walk = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    seen.add(value)
    for (const name of Reflect.ownKeys(value)) {
      assert.ok(!['context', 'config', 'store', 'secretKey'].includes(String(name)), String(name))
      if (name !== 'caller' && name !== 'callee' && name !== 'arguments') walk(Reflect.get(value, name))
    }
  }
  walk(countersign)
})
