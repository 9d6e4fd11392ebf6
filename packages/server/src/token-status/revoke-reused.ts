/** What is done about a code or a refresh token that two requests used: its grant ends, and what is known of both is kept. */
import type { Context } from '../context.ts'
import type { Grant } from '../domain/grant.ts'
import type { IncidentKind, RequestFacts } from '../domain/incident.ts'
import type { Request } from '../request.ts'
import { printable } from '../trace/format.ts'

const longestUserAgent = 200

/** What is kept of a request until it turns out that another one used the same code or token. */
export function requestFacts(ctx: Context, request: Request): RequestFacts {
  const userAgent = request.header('user-agent')
  return {
    requestId: request.id,
    address: request.address,
    userAgent: userAgent === undefined ? null : printable(userAgent.slice(0, longestUserAgent)).toWellFormed(),
    happenedAt: Math.floor(ctx.now()),
  }
}

/**
 * Revokes the grant alone, and writes the incident, in one transaction. Of several reuses the first is the incident: the one
 * that finds the grant in force.
 */
export async function revokeReused(
  ctx: Context,
  kind: IncidentKind,
  grant: Grant,
  first: RequestFacts,
  second: RequestFacts,
): Promise<void> {
  const incident = { kind, grantId: grant.id, clientId: grant.clientId, userId: grant.userId, first, second }
  const wasInForce = await ctx.store.transaction(async ({ grants, incidents }) => {
    const isRevoked = await grants.revoke(grant.id, kind, second.happenedAt)
    if (isRevoked) await incidents.insert(incident)
    return isRevoked
  })
  if (wasInForce) ctx.log.warn({ incident }, `${kind}: the grant was revoked; see: countersign incidents`)
}
