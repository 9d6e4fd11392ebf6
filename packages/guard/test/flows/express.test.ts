/** @countersign/guard/express in Express 5 and 4. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import express, { type ErrorRequestHandler, type RequestHandler } from 'express'
import { accessOf, protect, resourceMetadata } from '../../src/adapters/express.ts'
import {
  ask,
  notingGuard,
  portOf,
  type StartAdapter,
  testAdapter,
  testForgottenGuard,
} from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'

/** Without types of its own: those of Express 5 are for what is used here. */
const express4: typeof express = createRequire(import.meta.url)('express-4')

const startIn =
  (framework: typeof express): StartAdapter =>
  async (t, guard, broken) => {
    const handled: string[] = []
    const errors: unknown[] = []
    const answer: RequestHandler = (request, response) => {
      const { subject } = accessOf(request)
      handled.push(subject)
      response.json({ subject })
    }
    const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
      errors.push(error)
      response.status(500).end()
    }
    const users = framework.Router()
    users.get('/me', protect(guard), answer)
    users.post('/me', protect(guard), answer)
    users.get('/me/items', protect(guard, { scopes: ['items'] }), answer)
    const app = framework()
    app.use(resourceMetadata(guard))
    app.use('/users', users)
    app.get('/broken', protect(broken), answer)
    app.get('/forgotten', answer)
    app.use(answerError)
    return { port: portOf(await listen(t, createServer(app))), handled, errors }
  }

testAdapter('express', startIn(express))
testForgottenGuard('express', startIn(express))
// Express 4 tells no port: DPoP needs its option `origin` there.
testAdapter('express 4', startIn(express4), 'https://api.example:8443')
testForgottenGuard('express 4', startIn(express4))

test('express: the guard sees the URL as it was sent, behind routers and trusted proxies too', async (t) => {
  const urls: string[] = []
  const users = express.Router()
  users.get('/me', protect(notingGuard(urls)))
  const app = express()
  app.use('/users', users)
  const port = portOf(await listen(t, createServer(app)))
  const forwarded = ['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'api.example:8443']
  await ask(port, 'GET', '/users/me?a=b', forwarded)
  app.set('trust proxy', 'loopback')
  await ask(port, 'GET', '/users/me?a=b', forwarded)
  assert.deepEqual(urls, [`http://127.0.0.1:${port}/users/me?a=b`, 'https://api.example:8443/users/me?a=b'])
})
