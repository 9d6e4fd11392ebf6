/** Requests that something else answered, or that were given up, while the guard made up its mind: nothing breaks, no handler runs. */
import assert from 'node:assert/strict'
import { createServer, type ServerResponse } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import { createRequire } from 'node:module'
import { type TestContext, test } from 'node:test'
import express from 'express'
import fastify from 'fastify'
import { protect as protectExpress } from '../../src/adapters/express.ts'
import { protect as protectFastify } from '../../src/adapters/fastify.ts'
import { protect as protectNode } from '../../src/adapters/node.ts'
import type { Guard } from '../../src/index.ts'
import { ask, makeGuard, makeToken, portOf } from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'

/** Without types of its own: those of Express 5 are for what is used here. */
const express4: typeof express = createRequire(import.meta.url)('express-4')

/** A guard that decides when the test says so. */
interface SlowGuard {
  readonly guard: Guard
  /** Resolves when it was asked. */
  readonly asked: Promise<void>
  /** Resolves when the adapter has the decision. */
  readonly decide: () => Promise<void>
}

function makeSlowGuard(check: Guard['check']): SlowGuard {
  const asked = Promise.withResolvers<void>()
  const decided = Promise.withResolvers<void>()
  const checked = Promise.withResolvers<void>()
  return {
    guard: {
      ...makeGuard(),
      check: async (...parameters) => {
        asked.resolve()
        await decided.promise
        try {
          return await check(...parameters)
        } finally {
          checked.resolve()
        }
      },
    },
    asked: asked.promise,
    decide: async () => {
      decided.resolve()
      // A signature is verified in another thread, which may take longer than any number of turns.
      await checked.promise
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    },
  }
}

/** Starts a server that answers 503 itself when `timeOut` resolves, and whose handler calls `handle`. */
type StartTimed = (t: TestContext, guard: Guard, timeOut: Promise<void>, handle: () => void) => Promise<number>

const startExpress =
  (framework: typeof express): StartTimed =>
  async (t, guard, timeOut, handle) => {
    const app = framework()
    app.use((_request, response, next) => {
      void timeOut.then(() => response.status(503).end('too late'))
      next()
    })
    app.get('/', protectExpress(guard), handle)
    return portOf(await listen(t, createServer(app)))
  }

const servers: Readonly<Record<string, StartTimed>> = {
  'express 5': startExpress(express),
  'express 4': startExpress(express4),
  fastify: async (t, guard, timeOut, handle) => {
    const app = fastify()
    t.after(() => app.close())
    app.addHook('onRequest', (_request, reply, done) => {
      void timeOut.then(() => reply.code(503).send('too late'))
      done()
    })
    app.get('/', { onRequest: protectFastify(guard) }, async () => handle())
    await app.listen({ port: 0, host: '127.0.0.1' })
    return portOf(app.server)
  },
  node: async (t, guard, timeOut, handle) => {
    const answer = protectNode(guard, {}, handle)
    const server = createServer((request, response: ServerResponse) => {
      void timeOut.then(() => response.writeHead(503).end('too late'))
      void answer(request, response)
    })
    return portOf(await listen(t, server))
  },
}

const outcomes: readonly (readonly [what: string, check: Guard['check'], headers: readonly string[]])[] = [
  ['lets the request pass', makeGuard().check, ['Authorization', `Bearer ${makeToken()}`]],
  ['refuses the request', makeGuard().check, []],
  ['fails', () => Promise.reject(new Error('the guard is broken')), []],
]

for (const [name, start] of Object.entries(servers)) {
  for (const [what, check, headers] of outcomes) {
    test(`${name}: a guard that ${what} after a timeout answered changes nothing`, async (t) => {
      const { guard, asked, decide } = makeSlowGuard(check)
      // Counted: a framework takes what its handler throws.
      let calls = 0
      const port = await start(t, guard, asked, () => {
        calls++
      })
      const { status, body } = await ask(port, 'GET', '/', headers)
      await decide()
      assert.deepEqual([status, body, calls], [503, 'too late', 0])
    })
  }
}

for (const [what, check, headers] of outcomes.filter(([, , sent]) => sent.length === 0)) {
  test(`node: a guard that ${what} after the stream of HTTP/2 was given up changes nothing`, async (t) => {
    const { guard, asked, decide } = makeSlowGuard(check)
    let calls = 0
    const handle = () => {
      calls++
    }
    const server = await listen(t, createHttp2Server(protectNode(guard, {}, handle)))
    const session = connect(`http://127.0.0.1:${portOf(server)}`)
    try {
      const stream = session.request({ ':path': '/', ...headers })
      await asked
      const closed = new Promise((resolve) => stream.on('close', resolve))
      stream.close()
      await closed
      await decide()
      assert.equal(calls, 0)
    } finally {
      session.destroy()
    }
  })
}
