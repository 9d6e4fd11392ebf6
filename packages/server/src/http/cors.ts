/** Which origins' scripts may read a response (the Fetch standard's CORS protocol). Never with cookies. */

import { isClientOrigin } from '../clients/find-client.ts'
import type { Context } from '../context.ts'
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
    // Without this header scripts cannot read the request id, the challenge, how long to wait and the server's time.
    'access-control-expose-headers': 'x-request-id, www-authenticate, retry-after, date',
    vary: 'origin',
  }
}
