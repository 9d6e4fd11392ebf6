/** GET /healthz: the process runs. GET /readyz: it can serve requests, because the database responds. */
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

export function healthz(): Reply {
  return json({ status: 'ok' })
}

export async function readyz(ctx: Context): Promise<Reply> {
  await ctx.store.ping()
  return json({ status: 'ok' })
}
