/** @countersign/guard/node in node:http and node:http2. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { test } from 'node:test'
import { accessOf, protect, resourceMetadata } from '../../src/adapters/node.ts'
import type { Access } from '../../src/index.ts'
import {
  ask,
  makeGuard,
  makeToken,
  notingGuard,
  portOf,
  type StartAdapter,
  testAdapter,
  testForgottenGuard,
} from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'

const start: StartAdapter = async (t, guard, broken) => {
  const handled: string[] = []
  const errors: unknown[] = []
  const answer = (request: IncomingMessage, response: ServerResponse, { subject }: Access) => {
    assert.equal(accessOf(request).subject, subject)
    handled.push(subject)
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ subject }))
  }
  const me = protect(guard, {}, answer)
  const items = protect(guard, { scopes: ['items'] }, answer)
  const brokenRoute = protect(broken, {}, answer)
  const metadata = resourceMetadata(guard)
  const server = createServer((request, response) => {
    if (metadata(request, response)) return
    const [path] = (request.url ?? '').split('?')
    if (path === '/users/me') void me(request, response)
    else if (path === '/users/me/items') void items(request, response)
    else if (path === '/broken') void brokenRoute(request, response)
    else if (path === '/forgotten') forgotten(request, response)
    else response.writeHead(404).end()
  })
  const forgotten = (request: IncomingMessage, response: ServerResponse) => {
    try {
      answer(request, response, accessOf(request))
    } catch (error) {
      errors.push(error)
      response.writeHead(500).end()
    }
  }
  return { port: portOf(await listen(t, server)), handled, errors }
}

testAdapter('node', start)
testForgottenGuard('node', start)

test('node: protect is the whole listener of a server', async (t) => {
  const guarded = createServer(
    protect(makeGuard(), { scopes: ['me'] }, (_request, response, { subject }) => response.end(subject)),
  )
  const port = portOf(await listen(t, guarded))
  assert.equal((await ask(port, 'GET', '/')).status, 401)
  assert.equal((await ask(port, 'GET', '/', ['Authorization', `Bearer ${makeToken()}`])).body, 'tim')
})

test('node: HTTP/2 requests are guarded alike, and their URL is known', async (t) => {
  const urls: string[] = []
  const noting = notingGuard(urls)
  const guarded = createHttp2Server(protect(noting, {}, (_request, response, { subject }) => response.end(subject)))
  const port = portOf(await listen(t, guarded))
  // Else Node's client would not send a header twice. Not an option by the types of this version of @types/node.
  const sendsTwice = { settings: {}, strictSingleValueFields: false }
  const client = connect(`http://127.0.0.1:${port}`, sendsTwice)
  const get = (headers: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const stream = client.request([':path', '/users/me?a=b', ...headers])
      let text = ''
      stream.on('response', ({ ':status': status }) => {
        text = `${status} `
      })
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      stream.on('end', () => resolve(text)).on('error', reject)
    })
  const authorization = ['authorization', `Bearer ${makeToken()}`]
  assert.equal(await get(authorization), '200 tim')
  assert.match(await get([]), /^401 /)
  assert.match(await get([...authorization, ...authorization]), /^400 /)
  assert.equal(urls[0], `http://127.0.0.1:${port}/users/me?a=b`)
  client.close()
})

test('node: a target in absolute form names its host itself', async (t) => {
  const urls: string[] = []
  const guarded = createServer(protect(notingGuard(urls), {}, (_request, response) => response.end('')))
  const port = portOf(await listen(t, guarded))
  assert.equal((await ask(port, 'GET', 'http://api.example/items')).status, 401)
  assert.deepEqual(urls, ['http://api.example/items'])
})
