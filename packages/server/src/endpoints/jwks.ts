/** GET /.well-known/jwks.json: the public keys that verify our tokens (RFC 7517 §5). */
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

export function jwks(ctx: Context): Reply {
  return json(ctx.keys.jwks())
}
