/**
 * GET /healthz: the process runs. GET /readyz: it can serve requests, because the database keeps what is written, the clocks agree, and the process
 * is not being stopped.
 */
import { clockProblem } from '../clock/difference.ts'
import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

export function healthz(): Reply {
  return json({ status: 'ok' })
}

/** A reason of the database is a word of `store/database-problem.ts`, about which the log has a sentence, once. */
export async function readyz(ctx: Context): Promise<Reply> {
  ctx.shutdown.noteReadinessCheck()
  const reason = ctx.shutdown.hasBegun() ? 'stopping' : ((await ctx.readiness.check()) ?? clockProblem(ctx))
  if (reason === undefined) return json({ status: 'ok' })
  const { headers, body } = json({ status: 'unavailable', reason })
  return { status: 503, headers: { ...headers, 'retry-after': '5' }, body }
}
