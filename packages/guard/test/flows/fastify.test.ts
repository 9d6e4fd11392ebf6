/** @countersign/guard/fastify in Fastify 5. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { accessOf, protect, resourceMetadata } from '../../src/adapters/fastify.ts'
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

const start: StartAdapter = async (t, guard, broken) => {
  const handled: string[] = []
  const errors: unknown[] = []
  const answer = async (request: FastifyRequest) => {
    const { subject } = accessOf(request)
    handled.push(subject)
    return { subject }
  }
  const app = fastify()
  app.setErrorHandler((error, _request, reply: FastifyReply) => {
    errors.push(error)
    return reply.code(500).send()
  })
  app.addHook('onRequest', resourceMetadata(guard))
  app.get('/users/me', { onRequest: protect(guard) }, answer)
  app.post('/users/me', { preHandler: protect(guard) }, answer)
  app.get('/users/me/items', { onRequest: [protect(guard, { scopes: ['items'] })] }, answer)
  app.get('/broken', { onRequest: protect(broken) }, answer)
  app.get('/forgotten', answer)
  t.after(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), handled, errors }
}

testAdapter('fastify', start)
testForgottenGuard('fastify', start)

test('fastify: onRequest rejects before the body is read', async (t) => {
  const app = fastify()
  t.after(() => app.close())
  app.post('/items', { onRequest: protect(makeGuard()) }, async () => ({}))
  const post = (headers: Record<string, string>) =>
    app.inject({
      method: 'POST',
      url: '/items',
      payload: '{',
      headers: { 'content-type': 'application/json', ...headers },
    })
  assert.equal((await post({})).statusCode, 401)
  assert.equal((await post({ authorization: `Bearer ${makeToken()}` })).statusCode, 400)
})

test('fastify: the guard sees the URL as it was sent, behind a trusted proxy too', async (t) => {
  const urls: string[] = []
  const noting = notingGuard(urls)
  for (const trustProxy of [false, true]) {
    const app = fastify({ trustProxy })
    t.after(() => app.close())
    app.get('/items', { onRequest: protect(noting) }, async () => ({}))
    await app.listen({ port: 0, host: '127.0.0.1' })
    await ask(portOf(app.server), 'GET', '/items?a=b', [
      'X-Forwarded-Proto',
      'https',
      'X-Forwarded-Host',
      'api.example',
    ])
  }
  const [direct = '', proxied] = urls
  assert.match(direct, /^http:\/\/127\.0\.0\.1:\d+\/items\?a=b$/)
  assert.equal(proxied, 'https://api.example/items?a=b')
})
