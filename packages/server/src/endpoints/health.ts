/** GET /healthz: the process is up. GET /readyz: it can serve, for the database answers. */
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

export function healthz(): Reply {
  return json({ status: 'ok' })
}

export async function readyz(ctx: Context): Promise<Reply> {
  await ctx.store.ping()
  return json({ status: 'ok' })
}
