/** Which origins' scripts may read an answer (the Fetch standard's CORS protocol). Never with cookies. */

import { isClientOrigin } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'
import type { Route } from '../routes.ts'

/** The origin that the request names, if it is one of the scripts of a client; otherwise `undefined`. */
export async function clientOriginOf(ctx: Context, origin: string | undefined): Promise<string | undefined> {
  // An origin that is none, such as `null` of a sandboxed frame, is no client's.
  if (!/^https?:\/\//.test(origin ?? '') || origin === undefined) return undefined
  return (await isClientOrigin(ctx, origin)) ? origin : undefined
}

/** The headers by which a browser lets scripts read the answer. */
export function sharingHeaders(
  cors: Route['cors'],
  clientOrigin: string | undefined,
): Readonly<Record<string, string>> {
  if (cors === 'any') return { 'access-control-allow-origin': '*' }
  if (clientOrigin === undefined) return {}
  return {
    'access-control-allow-origin': clientOrigin,
    // Without it scripts read the body alone: not by which id the operator finds the request, nor how long to wait.
    'access-control-expose-headers': 'x-request-id, www-authenticate, retry-after',
    vary: 'origin',
  }
}

/** The answer to a preflight of a client's script: `methods` are those of the path. */
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
