/** The handle that `createCountersign` gives to other programs. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import {
  ClientError,
  type Countersign,
  createCountersign,
  type Environment,
  OptionsError,
  UserError,
} from '../../src/index.ts'
import { databaseKinds, freshDatabase } from '../support/databases.ts'
import { startOfTests, testSecret } from '../support/server.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }
const origin = 'http://127.0.0.1:8000'

async function embed(t: TestContext, options = {}, environment: Environment = {}): Promise<Countersign> {
  const base = { secretKey: testSecret, databaseUrl: 'sqlite::memory:' }
  const countersign = await createCountersign(
    { ...base, ...options },
    { now: () => startOfTests, log: silent, ...environment },
  )
  t.after(countersign.close)
  return countersign
}

function logIn(countersign: Countersign, password: string, username = 'tim'): Promise<Response> {
  const body = new URLSearchParams({ username, password })
  return countersign.fetch(new Request(`${origin}/token`, { method: 'POST', body }))
}

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

test('demo adds the users of the tutorial', async (t) => {
  const countersign = await embed(t, { demo: true, passwordGrant: 'first-party' })
  assert.equal((await logIn(countersign, 'tim1234')).status, 200)
})

test('listen opens a port, and close closes it', async (t) => {
  const countersign = await embed(t)
  const { url, port } = await countersign.listen({ port: 0 })
  assert.equal(url, `http://127.0.0.1:${port}`)
  assert.equal((await fetch(`${url}/healthz`)).status, 200)
  await countersign.close()
  await assert.rejects(fetch(`${url}/healthz`))
})

test('close waits for the requests that run, however they came', async (t) => {
  const begun = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const claims = async () => {
    begun.resolve()
    await goOn.promise
    return {}
  }
  const service = {
    client_id: 'service',
    client_secret: 'a secret of the service, long enough',
    grant_types: ['client_credentials'],
  }
  const countersign = await embed(t, { claims, clients: [service] })
  const body = new URLSearchParams({ grant_type: 'client_credentials' })
  const headers = {
    authorization: `Basic ${btoa('service:a secret of the service, long enough'.replaceAll(' ', '+'))}`,
  }
  const response = countersign.fetch(new Request(`${origin}/token`, { method: 'POST', body, headers }))
  await begun.promise
  const order: string[] = []
  const answered = response.then(({ status }) => order.push(String(status)))
  const closed = countersign.close().then(() => order.push('closed'))
  // Far more turns than closing takes when nothing runs: the database is still open.
  for (let turn = 0; turn < 200; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(await countersign.users.list(), { users: [], next: undefined })
  }
  goOn.resolve()
  await Promise.all([answered, closed])
  assert.deepEqual(order, ['200', 'closed'])
})

test('a port that is being opened when close is called is closed, and none is opened later', async (t) => {
  const countersign = await embed(t)
  const opening = countersign.listen({ port: 0 })
  await countersign.close()
  const { url } = await opening
  await assert.rejects(fetch(`${url}/healthz`))
  await assert.rejects(countersign.listen({ port: 0 }), { message: 'Countersign is closed' })
})

test('wrong values for keys, incidents and why are errors that name the value', async (t) => {
  const countersign = await embed(t)
  await assert.rejects(countersign.keys.rotate({ algorithms: ['HS256' as never] }), { message: /must be of ES256/ })
  await assert.rejects(countersign.incidents(Number.NaN), { message: /since must be a time in seconds/ })
  await assert.rejects(countersign.why(5 as never), { message: /requestId must be text/ })
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

test('options of keys.rotate, listen and the whole are checked by name and value', async (t) => {
  const countersign = await embed(t)
  await assert.rejects(countersign.keys.rotate({ urgent: true } as never), {
    message: /urgent is not an option: did you mean isUrgent/,
  })
  await assert.rejects(countersign.listen({ port: 'x' as never }), { message: 'port must be a number from 0 to 65535' })
  await assert.rejects(createCountersign(null as never), { message: /options must be an object/ })
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

const wrongEnvironments: readonly { environment: object; message: RegExp }[] = [
  { environment: { clock: () => 0 }, message: /environment\.clock is not known/ },
  { environment: { migrat: true }, message: /environment\.migrat is not known: did you mean migrate\?/ },
  { environment: { migrate: 'yes' }, message: /environment\.migrate must be true or false/ },
  { environment: { now: undefined }, message: /environment\.now is undefined: give it a value or leave it out/ },
  { environment: { now: Date.now }, message: /environment\.now returns milliseconds: it must return seconds/ },
  { environment: { now: () => 'noon' }, message: /environment\.now must return seconds/ },
  { environment: { log: null }, message: /environment\.log must be an object/ },
  { environment: { log: {} }, message: /environment\.log\.info must be a function/ },
  { environment: { random: { bytes: () => new Uint8Array() } }, message: /environment\.random\.id must be a function/ },
]

for (const { environment, message } of wrongEnvironments) {
  test(`the environment is checked: ${message.source}`, async () => {
    const options = { secretKey: testSecret, databaseUrl: 'sqlite::memory:' }
    await assert.rejects(createCountersign(options, environment), { name: 'TypeError', message })
  })
}

const undefinedMessages = {
  issuer: 'is undefined: give it a value or leave it out',
  databaseUrl: 'is undefined: give it a value or leave it out',
  secretKey: 'is undefined: set the variable that it comes from, such as SECRET_KEY, to at least 32 random bytes',
} as const

for (const option of ['issuer', 'secretKey', 'databaseUrl'] as const) {
  test(`${option}: undefined, from a variable that is missing, is an error`, async () => {
    const options = { secretKey: testSecret, databaseUrl: 'sqlite::memory:', [option]: undefined }
    await assert.rejects(createCountersign(options as never), (error) => {
      assert.ok(error instanceof OptionsError)
      assert.deepEqual(error.problems, [{ option, message: undefinedMessages[option] }])
      return true
    })
  })
}
