/** GET /users/me: the tutorial's resource, the user whose token it is. */
import { getCurrentUser } from '../accounts/current-user.ts'
import type { Context } from '../context.ts'
import { publicUser } from '../domain/user.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'

export async function currentUser(ctx: Context, request: Request): Promise<Reply> {
  return json(publicUser(await getCurrentUser(ctx, request, ['me'])))
}
