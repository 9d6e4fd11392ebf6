/** The tutorial's items API as route handlers of Next, in `app/`. This file replaces Next. */
import { serve } from '@hono/node-server'
import * as items from './app/users/me/items/route.ts'
import * as me from './app/users/me/route.ts'
import { announce, hostname, port } from './guard.ts'

const routes: ReadonlyMap<string, typeof me> = new Map([
  ['/users/me', me],
  ['/users/me/items', items],
])

async function answer(request: Request): Promise<Response> {
  const route = routes.get(new URL(request.url).pathname)
  if (!route) return new Response(null, { status: 404 })
  if (request.method !== 'GET') return new Response(null, { status: 405 })
  return await route.GET(request, {})
}

serve({ fetch: answer, port: Number(port), hostname }, announce)
