/** GET /.well-known/jwks.json: the public keys that verify our tokens (RFC 7517 §5). */
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

export async function jwks(ctx: Context): Promise<Reply> {
  // Every time: a client that fetches the keys after a rotation or a revocation gets the current ones from any process.
  await ctx.keys.refreshNow()
  return json(ctx.keys.jwks())
}
