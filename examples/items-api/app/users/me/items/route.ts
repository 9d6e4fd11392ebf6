/** GET /users/me/items, as a route handler of Next. */
import { protect } from '@countersign/guard/next'
import { guard } from '../../../../guard.ts'
import { itemsOf } from '../../../../people.ts'

export const GET = protect(guard, { scopes: ['me', 'items'] }, (_request, { subject }) =>
  Response.json(itemsOf(subject)),
)
