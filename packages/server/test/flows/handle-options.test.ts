/** The handle rejects wrong values and misspelt names, with problems that have a code, a field and a message. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { inspect } from 'node:util'
import * as express from '../../src/adapters/express.ts'
import * as fastify from '../../src/adapters/fastify.ts'
import * as hono from '../../src/adapters/hono.ts'
import * as next from '../../src/adapters/next.ts'
import * as node from '../../src/adapters/node.ts'
import { ClientError, createCountersign, OperationError, OptionsError, UserError } from '../../src/index.ts'
import { embed, origin } from '../support/embed.ts'
import { testSecret } from '../support/server.ts'

test('options and values of operations are checked by name and value', async (t) => {
  const handle = await embed(t)
  const { keys, users, clients } = handle
  const { id: tim } = await users.create({ username: 'tim', password: 'a password of tim' })
  await clients.create({ client_id: 'service', grant_types: ['client_credentials'] })
  // What a program without types may give.
  const wrong = (value: unknown) => value as never
  type Problem = typeof OperationError | typeof UserError | typeof ClientError
  const cases: readonly (readonly [operation: () => Promise<unknown>, kind: Problem, message: RegExp])[] = [
    [() => keys.rotate(wrong({ isUrgent: 'no' })), OperationError, /^isUrgent must be true or false$/],
    [() => keys.rotate(wrong(null)), OperationError, /^options must be an object$/],
    [() => keys.rotate(wrong(new Date())), OperationError, /^options must be an object$/],
    [() => keys.rotate(wrong(new Set(['ES256']))), OperationError, /^options must be an object$/],
    [() => keys.rotate({ algorithms: new Array(3) }), OperationError, /^algorithms must be a list of/],
    [() => handle.listen(wrong(Promise.resolve())), OperationError, /^options must be an object$/],
    [() => users.find(wrong(new Map([['id', 'tim']]))), UserError, /^options must be an object$/],
    [() => keys.rotate(wrong('ES256')), OperationError, /^options must be an object$/],
    [() => keys.rotate(wrong({ urgent: true })), OperationError, /^urgent is not an option: did you mean isUrgent\?$/],
    [
      () => keys.rotate(wrong({ algorithms: null })),
      OperationError,
      /^algorithms must be a list of ES256, RS256, EdDSA$/,
    ],
    [() => keys.rotate(wrong({ algorithms: 'ES256' })), OperationError, /^algorithms must be a list/],
    [() => keys.rotate(wrong({ algorithms: ['HS256'] })), OperationError, /^algorithms must be a list/],
    [() => handle.incidents(Number.NaN), OperationError, /^since must be a time in seconds since the epoch$/],
    [() => handle.incidents(wrong('7d')), OperationError, /^since must be a time/],
    [() => handle.incidents(wrong(null)), OperationError, /^since must be a time/],
    [() => handle.why(wrong(5)), OperationError, /^requestId must be text$/],
    [() => handle.why('a\0'), OperationError, /^requestId must not contain the null character$/],
    [() => handle.listen(wrong(null)), OperationError, /^options must be an object$/],
    [() => handle.listen(wrong({ prot: 1 })), OperationError, /^prot is not an option: did you mean port\?$/],
    [() => handle.listen(wrong({ port: 'x' })), OperationError, /^port must be a number from 0 to 65535$/],
    [() => handle.listen(wrong({ port: 0, host: '' })), OperationError, /^host must be a name or an IP address$/],
    [() => handle.listen({ port: 0, host: 'a\0b' }), OperationError, /^host must be a name or an IP address$/],
    [() => handle.listen(wrong({ port: 0, host: 5 })), OperationError, /^host must be a name or an IP address$/],
    [() => users.update(tim, { claims: wrong(new Map()) }), UserError, /^claims must be an object$/],
    [() => users.list(wrong({ limt: 5 })), UserError, /^limt is not an option: did you mean limit\?$/],
    [() => users.list(wrong(null)), UserError, /^options must be an object$/],
    [() => users.list(wrong({ limit: 'x' })), UserError, /^limit must be a whole number/],
    [() => users.find(wrong({ usrname: 'tim' })), UserError, /^usrname is not an option: did you mean username\?$/],
    [() => users.find(wrong(null)), UserError, /^options must be an object$/],
    [() => clients.list(wrong({ aftr: 'x' })), ClientError, /^aftr is not an option: did you mean after\?$/],
    [() => clients.list(wrong([])), ClientError, /^options must be an object$/],
    [() => clients.rotateSecret('service', wrong(null)), ClientError, /^options must be an object$/],
    [() => clients.rotateSecret('service', wrong({ grace: null })), ClientError, /^grace must be a number of seconds/],
    [
      () => clients.rotateSecret('service', wrong({ graceSeconds: 5 })),
      ClientError,
      /^graceSeconds is not an option: did you mean grace\?$/,
    ],
  ]
  for (const [operation, kind, message] of cases) {
    // Each rejects: none throws before it returns a promise.
    await assert.rejects(operation(), (error) => {
      assert.ok(error instanceof kind, `${message.source}: ${error}`)
      assert.match(error.message, message)
      assert.equal(error.problems.length, 1)
      return true
    })
  }
})

test('options that are left out or undefined are the defaults', async (t) => {
  const { users, clients, keys, incidents } = await embed(t)
  assert.deepEqual(await users.list(undefined), { users: [], next: undefined })
  assert.deepEqual(await clients.list({}), { clients: [], next: undefined })
  assert.equal((await keys.rotate(undefined)).length, 3)
  assert.deepEqual(await incidents(undefined), [])
})

test('serveNode takes only what node:http makes', async (t) => {
  const { serveNode } = await embed(t)
  const message = /^request must be an IncomingMessage of node:http$/
  for (const request of [{ url: '/token' }, undefined, null, 5, 'x', []]) {
    assert.throws(() => serveNode(request as never, { headersSent: false }), { name: 'OperationError', message })
  }
})

test('serveNode takes a target that is text', async (t) => {
  const { serveNode } = await embed(t)
  const server = createServer((request, response) => {
    for (const target of [5, null, {}]) {
      assert.throws(() => serveNode(request, response, target as never), {
        name: 'OperationError',
        message: /^target must be text$/,
      })
    }
    response.end('checked')
  })
  t.after(() => server.close().closeAllConnections())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`
  assert.equal(await (await fetch(url)).text(), 'checked')
})

test('owns takes only text', async (t) => {
  const { owns } = await embed(t)
  for (const url of [undefined, null, 5, {}, new URL(origin)]) {
    assert.throws(() => owns(url as never), { name: 'OperationError', message: /^url must be text, such as \/token$/ })
  }
})

test('fetch takes only a Request', async (t) => {
  const countersign = await embed(t)
  const headers = new Headers()
  const notRequests = [
    'x',
    `${origin}/token`,
    undefined,
    null,
    5,
    {},
    new URL(origin),
    new Response(''),
    { url: origin },
  ]
  for (const value of [...notRequests, { url: origin, method: 'GET', headers: {} }, { method: 'GET', headers }]) {
    await assert.rejects(countersign.fetch(value as never), {
      name: 'OperationError',
      message: /^request must be a Request, such as new Request\(url\)$/,
    })
  }
})

const adapters: Readonly<Record<string, (...args: never[]) => unknown>> = {
  express: express.authorizationServer,
  fastify: fastify.authorizationServer,
  hono: hono.authorizationServer,
  next: next.authorizationServer,
  node: node.authorizationServer,
}

for (const [name, authorizationServer] of Object.entries(adapters)) {
  test(`${name}: the adapter takes only a handle, not the promise of one`, async (t) => {
    const pending = Promise.resolve(await embed(t))
    for (const value of [undefined, null, 5, 'x', {}, pending]) {
      assert.throws(() => authorizationServer(value as never, (() => {}) as never), {
        name: 'OperationError',
        message: /^countersign must be what createCountersign resolves to: write await createCountersign\(\.\.\.\)$/,
      })
    }
  })
}

test('next: what the function returns is checked, too', async () => {
  const { GET } = next.authorizationServer((() => ({})) as never)
  await assert.rejects(GET(new Request(origin)), { name: 'OperationError', message: /^countersign must be/ })
})

for (const name of ['hono', 'next']) {
  test(`${name}: the options of the adapter are checked`, async (t) => {
    const countersign = await embed(t)
    for (const [options, message] of [
      [null, /^options must be an object$/],
      [{ adress: () => undefined }, /^adress is not an option: did you mean address\?$/],
      [{ address: '127.0.0.1' }, /^address must be a function$/],
    ] as const) {
      const authorizationServer = adapters[name]
      assert.throws(() => authorizationServer?.(countersign as never, options as never), {
        name: 'OperationError',
        message,
      })
    }
  })
}

test('node: the other listener must be a function', async (t) => {
  const countersign = await embed(t)
  assert.throws(() => node.authorizationServer(countersign, undefined as never), {
    name: 'OperationError',
    message: /^otherwise must be a function$/,
  })
})

test('the options of createCountersign must be an object', async () => {
  for (const value of [null, new Date(), new Map(), []]) {
    await assert.rejects(createCountersign(value as never), { message: /options must be an object/ })
  }
})

const wrongEnvironments: readonly { environment: object; message: RegExp }[] = [
  { environment: [], message: /environment must be an object/ },
  { environment: new Date(0), message: /environment must be an object/ },
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
  test(`the environment ${inspect(environment)} is checked: ${message.source}`, async () => {
    const options = { secretKey: testSecret, databaseUrl: 'sqlite::memory:' }
    await assert.rejects(createCountersign(options, environment), { name: 'TypeError', message })
  })
}

const undefinedMessages = {
  issuer:
    'is undefined: set the variable that it comes from, such as ISSUER, to the URL at which clients reach this server',
  databaseUrl:
    'is undefined: set the variable that it comes from, such as DATABASE_URL, to a URL such as sqlite:./data/countersign.db',
  algorithm: 'is undefined: give it a value or leave it out',
  secretKey: 'is undefined: set the variable that it comes from, such as SECRET_KEY, to at least 32 random bytes',
} as const

for (const option of ['issuer', 'secretKey', 'databaseUrl', 'algorithm'] as const) {
  test(`${option}: undefined, from a variable that is missing, is an error`, async () => {
    const options = { secretKey: testSecret, databaseUrl: 'sqlite::memory:', [option]: undefined }
    await assert.rejects(createCountersign(options as never), (error) => {
      assert.ok(error instanceof OptionsError)
      assert.deepEqual(error.problems, [{ option, message: undefinedMessages[option] }])
      return true
    })
  })
}
