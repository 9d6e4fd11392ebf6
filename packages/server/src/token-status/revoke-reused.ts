/** The reuse of a code or a refresh token: its grant is revoked, and both requests are recorded as an incident. */
import type { Context } from '../context.ts'
import type { Grant } from '../domain/grant.ts'
import type { RequestFacts, ReuseKind } from '../domain/incident.ts'
import type { Request } from '../request.ts'
import { printable } from '../trace/format.ts'

const maxUserAgentLength = 200

/** What is stored about a request that uses a code or token, for the case of a reuse. */
export function requestFacts(ctx: Context, request: Request): RequestFacts {
  const userAgent = request.header('user-agent')
  return {
    requestId: request.id,
    address: request.address,
    userAgent: userAgent === undefined ? null : printable(userAgent.slice(0, maxUserAgentLength)).toWellFormed(),
    happenedAt: Math.floor(ctx.now()),
  }
}

/** Revokes the grant and writes the incident, in one transaction. Only the first reuse is an incident: it finds the grant active. */
export async function revokeReused(
  ctx: Context,
  kind: ReuseKind,
  grant: Grant,
  first: RequestFacts,
  second: RequestFacts,
): Promise<void> {
  const incident = { kind, grantId: grant.id, clientId: grant.clientId, userId: grant.userId, first, second }
  const wasActive = await ctx.store.transaction(async ({ grants, incidents }) => {
    const isRevoked = await grants.revoke(grant.id, kind, second.happenedAt)
    if (isRevoked) await incidents.insert(incident)
    return isRevoked
  })
  if (!wasActive) return
  ctx.log.warn({ incident }, `${kind}: the grant was revoked; see: countersign incidents`)
  ctx.emit({ type: 'incident', incident, requestId: second.requestId, happenedAt: second.happenedAt })
}
