/** GET /users/me, as a route handler of Next. */
import { protect } from '@countersign/guard/next'
import { guard } from '../../../guard.ts'
import { personOf } from '../../../people.ts'

export const GET = protect(guard, { scopes: ['me'] }, (_request, { subject }) => Response.json(personOf(subject)))
