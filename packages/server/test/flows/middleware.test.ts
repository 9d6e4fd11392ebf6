/** Middleware of the program before Countersign: what it does to requests and responses harms neither. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import express, { type RequestHandler } from 'express'
import { authorizationServer } from '../../src/adapters/express.ts'
import { createCountersign } from '../../src/index.ts'
import { openConnection } from '../support/raw-http.ts'
import { testSecret } from '../support/server.ts'

const errors: { readonly err?: unknown }[] = []
/** What the hook waits for, so that the response of Countersign is late. */
let answered: Promise<void> | undefined
/** Resolved when the late response has been made. */
let late = Promise.withResolvers<void>()

const countersign = await createCountersign(
  {
    secretKey: testSecret,
    databaseUrl: 'sqlite::memory:',
    passwordGrant: 'first-party',
    claims: async () => {
      await answered
      return {}
    },
    onEvent: ({ type }) => {
      if (type === 'granted') late.resolve()
    },
  },
  { log: { info: () => {}, warn: () => {}, error: (facts) => errors.push(facts) } },
)
after(countersign.close)
await countersign.users.create({ username: 'tim', password: 'a password of tim' })

let middleware: RequestHandler = (_request, _response, next) => next()
const app = express()
app.use((request, response, next) => middleware(request, response, next))
app.use(authorizationServer(countersign))
app.get('/own', async (_request, response) => {
  if (answered !== undefined) await late.promise
  // The late response would be written now.
  for (let turn = 0; turn < 50; turn++) await setImmediate()
  response.send('own')
})
const server = app.listen(0, '127.0.0.1')
after(() => server.close().closeAllConnections())
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address ? address.port : 0

const form = 'grant_type=password&username=tim&password=a+password+of+tim'
const formType = 'application/x-www-form-urlencoded'

async function post(body: string, type: string): Promise<{ status: number; json: Record<string, unknown> }> {
  const headers = { 'content-type': type }
  const response = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', headers, body })
  const json: unknown = await response.json()
  assert.ok(typeof json === 'object' && json !== null)
  return { status: response.status, json: { ...json } }
}

/** The two requests are on one connection. Returns the statuses and the last body. */
async function tokenThenOwn(scope: { after: (work: () => void) => void }) {
  const connection = openConnection(scope, port)
  const head = `content-type: ${formType}\r\ncontent-length: ${form.length}`
  connection.write(`POST /token HTTP/1.1\r\nhost: a.example\r\n${head}\r\n\r\n${form}`)
  const first = await connection.readResponse()
  connection.write('GET /own HTTP/1.1\r\nhost: a.example\r\n\r\n')
  const second = await connection.readResponse()
  return { statuses: [first.status, second.status], body: second.body }
}

test('a response of the program that comes first is the only one, and the connection goes on', async (t) => {
  const answer = Promise.withResolvers<void>()
  answered = answer.promise
  late = Promise.withResolvers()
  middleware = (request, response, next) => {
    next()
    if (request.url !== '/token') return
    response.once('finish', answer.resolve)
    request.once('end', () => response.status(503).send('too slow'))
  }
  assert.deepEqual(await tokenThenOwn(t), { statuses: [503, 200], body: 'own' })
  answered = undefined
  assert.deepEqual(errors, [])
})

test('a request that the program has answered already is left alone, also a wrong one', async (t) => {
  middleware = (request, response, next) => {
    if (request.url !== '/own') response.status(403).send('no')
    next()
  }
  assert.deepEqual(await tokenThenOwn(t), { statuses: [403, 200], body: 'own' })
  const connection = openConnection(t, port)
  connection.write('GET /users/me HTTP/1.1\r\nhost: a.example\r\nauthorization: a\r\nauthorization: b\r\n\r\n')
  assert.equal((await connection.readResponse()).status, 403)
  assert.deepEqual(errors, [])
})

test('a request that the program has paused is read', async () => {
  middleware = (request, _response, next) => {
    request.pause()
    process.nextTick(next)
  }
  assert.equal((await post(form, formType)).status, 200)
})

for (const [what, reads] of [
  ['JSON', express.json()],
  ['text', express.text({ type: '*/*' })],
] as const) {
  test(`a body of the wrong type is a 400, also where a parser of ${what} has read it`, async () => {
    middleware = reads
    const { status, json } = await post('{"grant_type":"password"}', 'application/json')
    assert.deepEqual([status, json['error']], [400, 'invalid_request'])
    assert.match(String(json['error_description']), /^Content-Type must be application\/x-www-form-urlencoded/)
    assert.deepEqual(errors, [])
  })
}

test('an encoding that the program has set is a mistake of the program, and the log names it', async () => {
  middleware = (request, _response, next) => {
    request.setEncoding('utf8')
    next()
  }
  assert.equal((await post(form, formType)).status, 500)
  assert.match(String(errors.splice(0)[0]?.err), /setEncoding was called on the request: add Countersign before/)
})
