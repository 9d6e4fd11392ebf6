/** @countersign/guard/hono in Hono, served by @hono/node-server. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { accessOf, protect, resourceMetadata } from '../../src/adapters/hono.ts'
import { portOf, type StartAdapter, testAdapter, testForgottenGuard } from '../support/adapter-cases.ts'
import { listen } from '../support/listen.ts'

const start: StartAdapter = async (t, guard, broken) => {
  const handled: string[] = []
  const errors: unknown[] = []
  const answer = (context: Context) => {
    const { subject } = accessOf(context)
    handled.push(subject)
    return context.json({ subject })
  }
  const app = new Hono()
  app.onError((error, context) => {
    errors.push(error)
    return context.text('Internal Server Error', 500)
  })
  app.use(resourceMetadata(guard))
  app.on(['GET', 'POST'], '/users/me', protect(guard), answer)
  app.get('/users/me/items', protect(guard, { scopes: ['items'] }), answer)
  app.get('/broken', protect(broken), answer)
  app.get('/forgotten', answer)
  const server = await listen(t, createServer(getRequestListener(app.fetch)))
  return { port: portOf(server), handled, errors }
}

testAdapter('hono', start)
testForgottenGuard('hono', start)
