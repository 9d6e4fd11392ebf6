/** GET /users/me: the tutorial's resource, the user of the token. */
import type { Context } from '../context.ts'
import { publicUser } from '../domain/user.ts'
import { json, type Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { getCurrentUser } from '../token-status/current-user.ts'

export async function currentUser(ctx: Context, request: Request): Promise<Reply> {
  return json(publicUser(await getCurrentUser(ctx, request, ['me'])))
}
