/** The same small app in each framework that has an adapter, on a real port: a page for all, one for users, and an API behind it. */
import { createServer, type IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { type Context, Hono } from 'hono'
import * as expressMount from '../../src/adapters/express.ts'
import * as fastifyMount from '../../src/adapters/fastify.ts'
import * as honoMount from '../../src/adapters/hono.ts'
import * as nextMount from '../../src/adapters/next.ts'
import { sendResponse } from '../../src/adapters/node-message.ts'
import type { WebLogin } from '../../src/server/index.ts'
import { listen } from './api.ts'

/** It has no types. Those of Express 5 fit the parts that are used here. */
const express4: typeof express = createRequire(import.meta.url)('express-4')

/** Returns the origin of the app. `api` is the URL behind `/api`; the page `/items` shows its `/items`. */
export type StartApp = (test: TestContext, web: WebLogin, api: string) => Promise<string>

const startExpress =
  (framework: typeof express): StartApp =>
  async (test, web, api) => {
    const { requireLogin, sessionOf, webLogin, webProxy } = expressMount
    const app = framework()
    app.use(webLogin(web))
    app.use(webProxy(web, { prefix: '/api', to: api }))
    app.use(framework.json())
    app.get('/', async (request, response) => {
      response.send(greeting(await sessionOf(web, request, response)))
    })
    const items = requireLogin(web, async (request: express.Request, response: express.Response, session) => {
      response.type('json').send(await (await session.fetch(`${api}/items?by=${request.query['by']}`)).text())
    })
    app.get('/items', items)
    app.post('/form', (request, response) => void response.json(request.body))
    return await listen(test, createServer(app))
  }

export const adapters: Readonly<Record<string, StartApp>> = {
  'Express 5': startExpress(express),
  'Express 4': startExpress(express4),

  Fastify: async (test, web, api) => {
    const { requireLogin, sessionOf, webLogin, webProxy } = fastifyMount
    const app = fastify({ forceCloseConnections: true })
    test.after(() => app.close())
    app.addHook('onRequest', webLogin(web))
    app.addHook('onRequest', webProxy(web, { prefix: '/api', to: api }))
    app.get('/', async (request, reply) => reply.type('text/html').send(greeting(await sessionOf(web, request, reply))))
    app.get<{ Querystring: { by: string } }>(
      '/items',
      requireLogin(web, async (request, reply, session) => {
        const response = await session.fetch(
          `${api}/items?by=${new URL(request.originalUrl, web.origin).searchParams.get('by')}`,
        )
        return reply.type('application/json').send(await response.text())
      }),
    )
    app.post('/form', async (request) => request.body)
    return await app.listen({ port: 0, host: '127.0.0.1' })
  },

  Hono: async (test, web, api) => {
    const { requireLogin, sessionOf, webLogin, webProxy } = honoMount
    const app = new Hono()
    app.use(webLogin(web))
    app.use(webProxy(web, { prefix: '/api', to: api }))
    app.get('/', async (context) => context.html(greeting(await sessionOf(web, context))))
    app.get(
      '/items',
      requireLogin(web, async (context: Context, session) =>
        session.fetch(`${api}/items?by=${context.req.query('by')}`),
      ),
    )
    app.post('/form', async (context) => context.json(await context.req.json()))
    return await serve(test, (request) => app.fetch(request))
  },

  'Next.js': async (test, web, api) => {
    const { requireLogin, userOf, webLogin, webProxy } = nextMount
    const login = webLogin(web)
    const proxy = webProxy(web, { prefix: '/api', to: api })
    const items = requireLogin(web, (request, session) =>
      session.fetch(`${api}/items?by=${new URL(request.url).searchParams.get('by')}`),
    )
    // What the App Router does with these files: app/auth/[...path]/route.ts, app/api/[...path]/route.ts, app/items/route.ts, app/page.tsx.
    return await serve(test, async (request) => {
      const { pathname } = new URL(request.url)
      const method = request.method === 'POST' ? 'POST' : 'GET'
      if (pathname.startsWith('/auth/')) return await login[method](request)
      if (pathname.startsWith('/api')) return await proxy[method](request)
      if (pathname === '/items') return await items(request)
      if (pathname === '/form') return Response.json(await request.json())
      const claims = await userOf(web, request.headers)
      return new Response(greeting(claims && { claims }), { headers: { 'content-type': 'text/html' } })
    })
  },
}

function greeting(session: { readonly claims: { readonly sub: string } } | undefined): string {
  return session === undefined ? 'Nobody is here' : `Hello, ${session.claims.sub}`
}

/** A web-standard app on Node's own server. */
async function serve(test: TestContext, handler: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = createServer(async (message, response) => {
    // As in every server of web-standard requests, which cannot represent these.
    const isStandard = message.method !== 'TRACE' && message.url?.startsWith('/')
    await sendResponse(isStandard ? await handler(toRequest(message)) : new Response(null, { status: 400 }), response)
  })
  return await listen(test, server)
}

function toRequest(message: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = message
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])
  const init = { method, headers: pairs, ...(hasBody && { body: Readable.toWeb(message), duplex: 'half' as const }) }
  return new Request(`http://${headers.host}${url}`, init)
}
