/** The same small program in each framework that has an adapter, on a real port: its own page, and an embedded Countersign. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import { type HttpBindings, serve } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import * as expressAdapter from '../../src/adapters/express.ts'
import * as fastifyAdapter from '../../src/adapters/fastify.ts'
import * as honoAdapter from '../../src/adapters/hono.ts'
import * as nextAdapter from '../../src/adapters/next.ts'
import * as nodeAdapter from '../../src/adapters/node.ts'
import type { Countersign } from '../../src/index.ts'
import type { Scope } from './scope.ts'

/** Starts the program and returns its port. */
export type StartProgram = (scope: Scope, countersign: Countersign) => Promise<number>

/** It has no types. Those of Express 5 fit the parts that are used here. */
const express4: typeof express = createRequire(import.meta.url)('express-4')

const startExpress =
  (framework: typeof express): StartProgram =>
  (scope, countersign) => {
    const app = framework()
    app.use(expressAdapter.authorizationServer(countersign))
    app.use(framework.json())
    app.get('/', (_request, response) => void response.send('home'))
    app.post('/echo', (request, response) => void response.json(request.body))
    return listen(scope, app)
  }

/** Next.js calls route handlers like this; the paths outside of them are its own. */
const startNext =
  (sourceOf: (countersign: Countersign) => Parameters<typeof nextAdapter.authorizationServer>[0]): StartProgram =>
  async (scope, countersign) => {
    const routes = nextAdapter.authorizationServer(sourceOf(countersign), { address: () => '127.0.0.1' })
    return await listen(scope, async (incoming, outgoing) => {
      const method = incoming.method ?? 'GET'
      const handler = Object.hasOwn(routes, method) ? routes[method as keyof typeof routes] : undefined
      if (!handler || !countersign.owns(incoming.url ?? '')) return ownPages(incoming, outgoing)
      const response = await handler(toRequest(incoming))
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    })
  }

export const programs: Readonly<Record<string, StartProgram>> = {
  'Express 5': startExpress(express),
  'Express 4': startExpress(express4),

  Fastify: async (scope, countersign) => {
    const app = fastify({ forceCloseConnections: true })
    scope.after(() => app.close())
    app.addHook('onRequest', fastifyAdapter.authorizationServer(countersign))
    app.get('/', async () => 'home')
    app.post('/echo', async (request) => request.body)
    await app.listen({ port: 0, host: '127.0.0.1' })
    return portOf(app.server)
  },

  Hono: async (scope, countersign) => {
    const app = new Hono<{ Bindings: HttpBindings }>()
    app.use(honoAdapter.authorizationServer(countersign))
    app.get('/', (context) => context.text('home'))
    app.post('/echo', async (context) => context.json(await context.req.json()))
    return await new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
      scope.after(() => new Promise((closed) => server.close(closed)))
    })
  },

  Next: startNext((countersign) => countersign),
  'Next, with a function': startNext((countersign) => async () => countersign),

  'node:http': (scope, countersign) => listen(scope, nodeAdapter.authorizationServer(countersign, ownPages)),
}

function ownPages(incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (incoming.url === '/') outgoing.end('home')
  else if (incoming.url === '/echo') incoming.pipe(outgoing.setHeader('content-type', 'application/json'))
  else outgoing.writeHead(404).end()
}

function toRequest(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '', headers } = incoming
  const init = { method, headers: new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])) }
  const body = method === 'POST' ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' as const } : {}
  return new Request(`http://${headers.host}${url}`, { ...init, ...body })
}

function listen(scope: Scope, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  scope.after(() => new Promise((closed) => server.close(closed).closeAllConnections()))
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(portOf(server))))
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
