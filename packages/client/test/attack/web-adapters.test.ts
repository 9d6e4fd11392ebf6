/** Requests in frameworks that already have a response, or whose browser has closed the connection. */
import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import * as expressMount from '../../src/adapters/express.ts'
import * as fastifyMount from '../../src/adapters/fastify.ts'
import type { ClientError } from '../../src/errors.ts'
import type { WebLogin } from '../../src/server/index.ts'
import { listen, startApi } from '../support/api.ts'
import { createBrowser, sendTo } from '../support/browser.ts'
import type { Route } from '../support/issuer.ts'
import { startOfTests } from '../support/logins.ts'
import {
  browserOf,
  logInWith,
  requestsOf,
  type StartedWebLogin,
  sessionOf,
  startWebLogin,
} from '../support/web-logins.ts'

/** It has no types. Those of Express 5 fit the parts that are used here. */
const express4: typeof express = createRequire(import.meta.url)('express-4')

interface App {
  readonly url: string
  /** Errors in the framework. */
  readonly errors: readonly unknown[]
}

/** @param intervene is called at the beginning of each request */
type Start = (t: TestContext, web: WebLogin, api: string, intervene: (response: ServerResponse) => void) => Promise<App>

const startExpress =
  (framework: typeof express): Start =>
  async (t, web, api, intervene) => {
    const errors: unknown[] = []
    const app = framework()
    app.use((_request, response, next) => {
      intervene(response)
      next()
    })
    app.use(expressMount.webLogin(web), expressMount.webProxy(web, { prefix: '/api', to: api }))
    app.get(
      '/items',
      expressMount.requireLogin(web, (_request: express.Request, response: express.Response, session) =>
        response.end(session.claims.sub),
      ),
    )
    app.get('/page', (request, response, next) => {
      expressMount.sessionOf(web, request, response).then(() => response.end(), next)
    })
    app.use((error: unknown, _request: unknown, _response: unknown, _next: unknown) => errors.push(error))
    return { url: await listen(t, createServer(app)), errors }
  }

const frameworks: Readonly<Record<string, Start>> = {
  'Express 5': startExpress(express),
  'Express 4': startExpress(express4),
  Fastify: async (t, web, api, intervene) => {
    const errors: unknown[] = []
    const app = fastify({ forceCloseConnections: true })
    t.after(() => app.close())
    app.addHook('onRequest', async (_request, reply) => {
      intervene(reply.raw)
      // Fastify requires this from code that writes to the raw response.
      if (reply.raw.headersSent) reply.hijack()
    })
    app.addHook('onRequest', fastifyMount.webLogin(web))
    app.addHook('onRequest', fastifyMount.webProxy(web, { prefix: '/api', to: api }))
    app.get(
      '/items',
      fastifyMount.requireLogin(web, async (_request, _reply, session) => session.claims.sub),
    )
    app.get('/page', async (request, reply) => {
      await fastifyMount.sessionOf(web, request, reply)
      return reply
    })
    app.addHook('onError', async (_request, _reply, error) => {
      errors.push(error)
    })
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), errors }
  },
}

for (const [name, start] of Object.entries(frameworks)) {
  for (const how of ['ended', 'begun'] as const) {
    test(`${name}: a response that a timeout has ${how} stays as it is, and nothing is thrown`, async (t) => {
      const api = await startApi(t)
      const started = await startWebLogin(t, { apis: api.url })
      const wait: { intervene: ((response: ServerResponse) => void) | undefined } = { intervene: undefined }
      const app = await start(t, started.web, api.url, (response) => wait.intervene?.(response))
      for (const path of ['/auth/login', '/auth/session', '/api/items', '/items', '/page']) {
        for (const isLoggedIn of [true, false]) {
          const browser = browserOf(started.web)
          started.clock.now = startOfTests
          if (isLoggedIn) await logInWith(browser, started.issuer)
          // Makes the session set a cookie too.
          started.clock.now += 880
          wait.intervene = (response) => {
            response.writeHead(504)
            if (how === 'ended') response.end('too late')
            else response.write('too ')
          }
          // The response begins and never ends.
          const status = await statusOf(app.url, path, browser.cookies)
          assert.equal(status, 504, `${path} ${isLoggedIn}`)
          wait.intervene = undefined
          await settle(started)
        }
      }
      assert.deepEqual(app.errors, [])
      // It responds as before.
      started.clock.now = startOfTests
      const browser = createBrowser(sendTo(app.url))
      await logInWith(browser, started.issuer)
      const items = await browser.open('/items')
      assert.equal(await items.text(), 'u1')
    })
  }

  test(`${name}: a renewal after the response is reported, and its tokens are not lost`, async (t) => {
    let tell = (_error: ClientError): void => {}
    const { web, issuer, clock } = await startWebLogin(t, { onError: (error) => tell(error) })
    let response: ServerResponse | undefined
    const app = await start(t, web, issuer.url, (begun) => {
      response = begun
    })
    const browser = browserOf(web)
    await logInWith(browser, issuer)
    const tokens = issuer.routes['/token']
    const respondBefore = (route: Route): Route => {
      return (received, self) => {
        response?.writeHead(200).end()
        return route(received, self)
      }
    }
    const open = async (): Promise<ClientError> => {
      const reported = new Promise<ClientError>((resolve) => {
        tell = resolve
      })
      clock.now += 880
      await statusOf(app.url, '/page', browser.cookies)
      return await reported
    }

    issuer.routes['/token'] = respondBefore(tokens ?? (() => ({})))
    assert.equal((await open()).code, 'storage_failed')
    response = undefined
    clock.now += 600
    assert.equal(
      await (await sessionOf(web, { ...browser, cookies: new Map(browser.cookies) }))?.accessToken(),
      'access-2',
    )
    assert.equal(requestsOf(issuer, 'refresh_token').length, 1)
    // A session that cannot be renewed any more: its cookie must be removed.
    issuer.routes['/token'] = respondBefore(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    assert.match((await open()).message, /ended, but cannot be removed/)
    assert.deepEqual(app.errors, [])
  })

  test(`${name}: when the browser closes the connection, the request to the API ends`, async (t) => {
    const left = Promise.withResolvers<void>()
    const requested = Promise.withResolvers<void>()
    const server = createServer((request, response) => {
      request.resume()
      response.once('close', left.resolve)
      requested.resolve()
    })
    const api = await listen(t, server)
    const started = await startWebLogin(t, { apis: api })
    const app = await start(t, started.web, api, () => {})
    const login = browserOf(started.web)
    await logInWith(login, started.issuer)
    const cookie = [...login.cookies].map(([cookieName, value]) => `${cookieName}=${value}`).join('; ')
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(
      `POST /api/slow HTTP/1.1\r\nHost: x\r\nCookie: ${cookie}\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 9\r\n\r\nhalf`,
    )
    await requested.promise
    socket.destroy()
    await left.promise
    await settle(started)
    assert.deepEqual(app.errors, [])
    // It is not an error of the issuer or the API.
    assert.deepEqual(started.errors, [])
  })
}

/** The status of the response, even if it is incomplete. */
async function statusOf(url: string, path: string, cookies: ReadonlyMap<string, string>): Promise<number> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const leaving = new AbortController()
  const headers = { cookie, accept: 'text/html', 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' }
  const response = await fetch(`${url}${path}`, { headers, redirect: 'manual', signal: leaving.signal })
  leaving.abort()
  return response.status
}

/** Waits until the work of the request has ended: another request gets a complete response. */
async function settle({ web }: StartedWebLogin): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  await web.handle(new Request(`${web.origin}/auth/session`))
}
