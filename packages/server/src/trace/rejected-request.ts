/** Why a request was rejected: what `countersign why` prints, as data. */
import { identifierProblem } from '../domain/identifier.ts'
import type { Incident } from '../domain/incident.ts'
import { failOperation } from '../domain/operation-error.ts'
import { explain } from '../oauth/reasons.ts'
import type { Store } from '../store/open.ts'
import type { Step } from './trace.ts'

/** A rejected request with its explanation. What is `undefined` or empty is not stored: an incident is kept longer than its request. */
export interface RejectedRequest {
  /** From the response's `x-request-id`. */
  readonly requestId: string
  readonly method: string | undefined
  readonly path: string | undefined
  /** The HTTP status of the response. */
  readonly status: number | undefined
  /** A stable word. */
  readonly reason: string | undefined
  /** What happened, and what to do about it. */
  readonly explanation: { readonly happened: string; readonly remedy: string } | undefined
  /** The steps that the request went through, with redacted facts. */
  readonly steps: readonly Step[]
  /** Seconds since the epoch. */
  readonly happenedAt: number
  /** The code or refresh token that was used twice, if that was the reason. */
  readonly incident: Incident | undefined
}

const notStored = {
  method: undefined,
  path: undefined,
  status: undefined,
  reason: undefined,
  explanation: undefined,
  steps: [],
}

/**
 * `undefined` when nothing is stored about a request with this id. Rejections are stored for 7 days.
 * @throws OperationError `invalid` @internal
 */
export async function findRejectedRequest(
  { traces, incidents }: Pick<Store, 'traces' | 'incidents'>,
  requestId: string,
): Promise<RejectedRequest | undefined> {
  const problem = identifierProblem(requestId)
  if (problem !== undefined) failOperation('requestId', problem)
  const [trace, incident] = [await traces.find(requestId), await incidents.find(requestId)]
  if (trace) {
    const entry = explain(trace.reason)
    return { ...trace, explanation: entry && { happened: entry.happened, remedy: entry.remedy }, incident }
  }
  return incident && { requestId, ...notStored, happenedAt: incident.second.happenedAt, incident }
}
