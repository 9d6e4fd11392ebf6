/** Why a request was rejected: what `countersign why` prints, as data. */
import type { Context } from '../context.ts'
import type { Incident } from '../domain/incident.ts'
import { explain } from '../oauth/reasons.ts'
import type { Step } from '../trace/trace.ts'

/** A rejected request with its explanation. */
export interface RejectedRequest {
  /** From the response's `x-request-id`. */
  readonly requestId: string
  readonly method: string
  readonly path: string
  /** The HTTP status of the response. */
  readonly status: number
  /** A stable word. */
  readonly reason: string
  /** What happened, and what to do about it. */
  readonly explanation: { readonly happened: string; readonly remedy: string } | undefined
  /** The steps that the request went through, with redacted facts. */
  readonly steps: readonly Step[]
  /** Seconds since the epoch. */
  readonly happenedAt: number
  /** The code or refresh token that was used twice, if that was the reason. */
  readonly incident: Incident | undefined
}

/** `undefined` when no rejected request with this id is stored. They are stored for 7 days. @internal */
export async function findRejectedRequest(ctx: Context, requestId: string): Promise<RejectedRequest | undefined> {
  // Rejections are written some milliseconds after the response.
  await ctx.traces.flush()
  const trace = await ctx.store.traces.find(requestId)
  if (!trace) return undefined
  const entry = explain(trace.reason)
  return {
    ...trace,
    explanation: entry && { happened: entry.happened, remedy: entry.remedy },
    incident: await ctx.store.incidents.find(requestId),
  }
}
