/** The tutorial's items API on Fastify. */
import { accessOf, protect } from '@countersign/guard/fastify'
import fastify from 'fastify'
import { announce, guard, hostname, port } from './guard.ts'
import { itemsOf, personOf } from './people.ts'

const app = fastify()

app.get('/users/me', { onRequest: protect(guard, { scopes: ['me'] }) }, async (request) =>
  personOf(accessOf(request).subject),
)

app.get('/users/me/items', { onRequest: protect(guard, { scopes: ['me', 'items'] }) }, async (request) =>
  itemsOf(accessOf(request).subject),
)

await app.listen({ port: Number(port), host: hostname })
announce()
