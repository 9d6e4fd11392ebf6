/** Which origins' scripts may read an answer (the Fetch standard's CORS protocol). Never with cookies. */
import type { Context } from '../context.ts'
import { isClientOrigin } from '../oauth/find-client.ts'
import type { Reply } from '../reply.ts'
import type { Route } from '../routes.ts'

/** The origin that the request names, where its scripts may read the answer of this route; otherwise `undefined`. */
export async function clientOriginOf(
  ctx: Context,
  cors: Route['cors'],
  origin: string | undefined,
): Promise<string | undefined> {
  // An origin that is none, such as `null` of a sandboxed frame, is no client's.
  if (cors !== 'clients' || !/^https?:\/\//.test(origin ?? '') || origin === undefined) return undefined
  return (await isClientOrigin(ctx, origin)) ? origin : undefined
}

/** The headers by which a browser lets scripts read the answer. */
export function sharingHeaders(
  cors: Route['cors'],
  clientOrigin: string | undefined,
): Readonly<Record<string, string>> {
  if (cors === 'any') return { 'access-control-allow-origin': '*' }
  return clientOrigin === undefined ? {} : { 'access-control-allow-origin': clientOrigin, vary: 'origin' }
}

/** The answer to a preflight of a client's script: `methods` are those of the path. */
export function preflightReply(methods: readonly string[]): Reply {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': 'authorization, content-type, dpop',
      'access-control-max-age': '600',
    },
    body: '',
  }
}
