/** The same two guarded routes, /public and /admin, in each framework that is built on Node's server, on a real port. */
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { TestContext } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import { protect as protectExpress } from '../../src/adapters/express.ts'
import { protect as protectFastify } from '../../src/adapters/fastify.ts'
import { protect as protectHono } from '../../src/adapters/hono.ts'
import { protect as protectNode } from '../../src/adapters/node.ts'
import type { Guard } from '../../src/index.ts'
import { portOf } from './adapter-cases.ts'
import { listen } from './listen.ts'

/** Without types of its own: those of Express 5 are for what is used here. */
const express4: typeof express = createRequire(import.meta.url)('express-4')

/** Answers `passed` to whatever the guard lets through, below /, twice guarded below /twice. Trusts proxies where there is such a setting. */
export type StartGuarded = (t: TestContext, guard: Guard) => Promise<number>

const startExpress =
  (framework: typeof express): StartGuarded =>
  async (t, guard) => {
    const app = framework()
    app.set('trust proxy', true)
    app.use('/twice', protectExpress(guard))
    app.use(protectExpress(guard), (_request, response) => void response.send('passed'))
    return portOf(await listen(t, createServer(app)))
  }

export const guardedServers: Readonly<Record<string, StartGuarded>> = {
  'express 5': startExpress(express),
  'express 4': startExpress(express4),

  fastify: async (t, guard) => {
    const app = fastify({ trustProxy: true })
    t.after(() => app.close())
    app.get('/twice/*', { onRequest: protectFastify(guard), preHandler: protectFastify(guard) }, async () => 'passed')
    app.get('/*', { onRequest: protectFastify(guard) }, async () => 'passed')
    await app.listen({ port: 0, host: '127.0.0.1' })
    return portOf(app.server)
  },

  hono: async (t, guard) => {
    const app = new Hono()
    app.use('/twice/*', protectHono(guard))
    app.get('/*', protectHono(guard), (context) => context.text('passed'))
    return portOf(await listen(t, createServer(getRequestListener(app.fetch))))
  },

  node: async (t, guard) => {
    const answer = protectNode(guard, {}, (_request, response) => response.end('passed'))
    // The inner one answers.
    const twice = protectNode(guard, {}, (request, response) => answer(request, response))
    const server = createServer((request, response) => {
      void (request.url?.startsWith('/twice') ? twice : answer)(request, response)
    })
    return portOf(await listen(t, server))
  },
}
