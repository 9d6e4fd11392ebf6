/** The tutorial's items API on Express. */
import { accessOf, protect } from '@countersign/guard/express'
import express from 'express'
import { announce, guard, hostname, port } from './guard.ts'
import { itemsOf, personOf } from './people.ts'

const app = express()

app.get('/users/me', protect(guard, { scopes: ['me'] }), (request, response) => {
  response.json(personOf(accessOf(request).subject))
})

app.get('/users/me/items', protect(guard, { scopes: ['me', 'items'] }), (request, response) => {
  response.json(itemsOf(accessOf(request).subject))
})

app.listen(Number(port), hostname, announce)
