/** @countersign/guard/next: route handlers as Next calls them, served by @hono/node-server. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { getRequestListener } from '@hono/node-server'
import type { Access } from '../../src/access.ts'
import { protect, resourceMetadata } from '../../src/adapters/next.ts'
import { makeGuard, makeToken, portOf, type StartAdapter, testAdapter } from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'

type Handler = (request: Request, context: object) => Response | Promise<Response>

const start: StartAdapter = async (t, guard, broken) => {
  const handled: string[] = []
  const errors: unknown[] = []
  const answer = (_request: Request, { subject }: Access) => {
    handled.push(subject)
    return Response.json({ subject })
  }
  const metadata = resourceMetadata(guard)
  const me = protect(guard, {}, answer)
  // What Next makes of the exports of its route files.
  const routes: ReadonlyMap<string, Handler> = new Map<string, Handler>([
    ['GET /users/me', me],
    ['POST /users/me', me],
    ['GET /users/me/items', protect(guard, { scopes: ['items'] }, answer)],
    ['GET /broken', protect(broken, {}, answer)],
  ])
  const serve = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/.well-known/oauth-protected-resource')) return metadata(request)
    const method = request.method === 'HEAD' ? 'GET' : request.method
    try {
      return (await routes.get(`${method} ${pathname}`)?.(request, {})) ?? new Response(null, { status: 404 })
    } catch (error) {
      errors.push(error)
      return new Response(null, { status: 500 })
    }
  }
  return { port: portOf(await listen(t, createServer(getRequestListener(serve)))), handled, errors }
}

testAdapter('next', start)

test('next: the handler is given what Next passes beside the request', async () => {
  const get = protect(makeGuard(), {}, async (_request, { subject }, context: { params: Promise<{ id: string }> }) =>
    Response.json({ subject, ...(await context.params) }),
  )
  const request = new Request('https://api.example/items/7', { headers: { authorization: `Bearer ${makeToken()}` } })
  const answer = await get(request, { params: Promise.resolve({ id: '7' }) })
  assert.deepEqual(await answer.json(), { subject: 'tim', id: '7' })
})
