/** GET /users/me/items: the tutorial's other resource, the items of the user. */

import type { Context } from '../context.ts'
import { publicUser } from '../domain/user.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { getCurrentUser } from '../token-status/current-user.ts'
import { step } from '../trace/trace.ts'

/** The owner has no password hash here; the tutorial's response shows it. */
export async function ownItems(ctx: Context, request: Request): Promise<Reply> {
  const owner = await getCurrentUser(ctx, request, ['me', 'items'])
  const items = await step(
    request.trace,
    'get_items',
    () => ctx.store.items.ownedBy(owner.id),
    (ids) => ({ items: ids.length }),
  )
  return json(items.map((itemId) => ({ item_id: itemId, owner: publicUser(owner) })))
}
