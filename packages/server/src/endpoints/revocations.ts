/**
 * GET /revocations: the signed feed of access tokens that were revoked before they expire, for resource servers that verify tokens
 * themselves. See docs/decisions/0024-revocations-are-published.md
 */
import type { Context } from '../context.ts'
import type { Reply } from '../reply.ts'
import type { Request } from '../request.ts'
import { isKnownTag } from '../token-status/entity-tag.ts'

export async function revocations(ctx: Context, request: Request): Promise<Reply> {
  const { tag, token } = await ctx.revocationFeed.read()
  // RFC 9110 §8.8.1: weak, because time and signature differ between processes with the same contents.
  const etag = `W/"${tag}"`
  // RFC 9110 §13.1.2: when a tag matches, the response to GET and HEAD MUST be 304. §15.4.5: it has the ETag too.
  if (isKnownTag(request.header('if-none-match'), etag)) return { status: 304, headers: { etag }, body: '' }
  return { status: 200, headers: { 'content-type': 'application/revocations+jwt', etag }, body: await token() }
}
