/** The tutorial's items API on Hono. */
import { accessOf, protect } from '@countersign/guard/hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { announce, guard, hostname, port } from './guard.ts'
import { itemsOf, personOf } from './people.ts'

const app = new Hono()

app.get('/users/me', protect(guard, { scopes: ['me'] }), (context) => context.json(personOf(accessOf(context).subject)))

app.get('/users/me/items', protect(guard, { scopes: ['me', 'items'] }), (context) =>
  context.json(itemsOf(accessOf(context).subject)),
)

serve({ fetch: app.fetch, port: Number(port), hostname }, announce)
