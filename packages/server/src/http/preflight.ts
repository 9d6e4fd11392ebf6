/** The response to a browser that asks whether a script of another origin may send a request (the Fetch standard's CORS-preflight). */
import type { Context } from '../context.ts'
import { OAuthError } from '../oauth/errors.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import type { Route } from '../routes.ts'
import { redacted } from '../trace/redact.ts'
import { clientOriginOf } from './cors.ts'

const maxOriginLength = 100

/** The methods of a path: those that scripts may use, and all that it has. */
export interface PathMethods {
  readonly shared: readonly string[]
  readonly allowed: readonly string[]
}

/**
 * What is public is read with any headers from everywhere; the rest by the scripts of clients.
 * @throws OAuthError `method_not_allowed` when the origin is not that of a client
 */
export async function preflight(
  ctx: Context,
  { header }: Pick<Request, 'header'>,
  cors: Route['cors'],
  { shared, allowed }: PathMethods,
): Promise<{ readonly reply: Reply; readonly clientOrigin: string | undefined }> {
  const reply = preflightReply(shared, header('access-control-request-headers'))
  if (cors === 'any') return { reply, clientOrigin: undefined }
  const origin = header('origin')
  const clientOrigin = await clientOriginOf(ctx, origin)
  if (clientOrigin !== undefined) return { reply, clientOrigin }
  throw new OAuthError('method_not_allowed', 'Method Not Allowed', {
    reason: origin === undefined ? 'method_not_allowed' : 'origin_not_registered',
    expected: origin === undefined ? allowed.join(', ') : "the origin of a client's redirect URI",
    ...(origin !== undefined && { received: redacted(origin).slice(0, maxOriginLength) }),
    headers: { allow: allowed.join(', ') },
  })
}

function preflightReply(methods: readonly string[], requested: string | undefined): Reply {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': isHeaderList(requested) ? requested : 'authorization, content-type',
      'access-control-max-age': '600',
    },
    body: '',
  }
}

/** Names of headers (RFC 9110 §5.1), with commas between them. */
function isHeaderList(text: string | undefined): text is string {
  return (
    text !== undefined && text.length <= 1000 && /^[\w!#$%&'*+.^`|~-]+(?:[ \t]*,[ \t]*[\w!#$%&'*+.^`|~-]+)*$/.test(text)
  )
}
