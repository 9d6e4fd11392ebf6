/** The handle rejects wrong values and misspelt names, with problems that have a code, a field and a message. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClientError, createCountersign, OperationError, OptionsError, UserError } from '../../src/index.ts'
import { embed } from '../support/embed.ts'
import { testSecret } from '../support/server.ts'

test('options and values of operations are checked by name and value', async (t) => {
  const handle = await embed(t)
  const { keys, users, clients } = handle
  await clients.create({ client_id: 'service', grant_types: ['client_credentials'] })
  // What a program without types may give.
  const wrong = (value: unknown) => value as never
  type Problem = typeof OperationError | typeof UserError | typeof ClientError
  const cases: readonly (readonly [operation: () => Promise<unknown>, kind: Problem, message: RegExp])[] = [
    [() => keys.rotate(wrong({ isUrgent: 'no' })), OperationError, /^isUrgent must be true or false$/],
    [() => keys.rotate(wrong(null)), OperationError, /^options must be an object$/],
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

test('the options of createCountersign must be an object', async () => {
  await assert.rejects(createCountersign(null as never), { message: /options must be an object/ })
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
