/** Which origins' scripts may read a response (the Fetch standard's CORS protocol). Never with cookies. */

import { isClientOrigin } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'
import type { Route } from '../routes.ts'

/** The origin in the request, if a client's scripts come from it; otherwise `undefined`. */
export async function clientOriginOf(ctx: Context, origin: string | undefined): Promise<string | undefined> {
  // A value that is not an origin, such as `null` from a sandboxed frame, belongs to no client.
  if (!/^https?:\/\//.test(origin ?? '') || origin === undefined) return undefined
  return (await isClientOrigin(ctx, origin)) ? origin : undefined
}

/** The headers that let scripts read the response. */
export function sharingHeaders(
  cors: Route['cors'],
  clientOrigin: string | undefined,
): Readonly<Record<string, string>> {
  if (cors === 'any') return { 'access-control-allow-origin': '*' }
  if (clientOrigin === undefined) return {}
  return {
    'access-control-allow-origin': clientOrigin,
    // Without this header scripts cannot read the request id, the challenge and how long to wait.
    'access-control-expose-headers': 'x-request-id, www-authenticate, retry-after',
    vary: 'origin',
  }
}

/** The response to a preflight request of a client's script. `methods` are those of the path. */
export function preflightReply(methods: readonly string[]): Reply {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-max-age': '600',
    },
    body: '',
  }
}
