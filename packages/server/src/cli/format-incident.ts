/** An incident as text and as JSON, for `countersign incidents` and `countersign why`. */

import { countersign } from '../config/called-as.ts'
import type { Incident, RequestFacts } from '../domain/incident.ts'
import { printable } from '../trace/format.ts'
import { time } from './time.ts'

/** One line for what happened and one for each request. */
export function formatIncident({ kind, clientId, userId, grantId, first, second }: Incident): string {
  if (grantId === '') {
    const client = clientId === '' ? 'an unknown client' : `client ${printable(clientId)}`
    return [
      `${time(second.happenedAt)}  ${kind}  many wrong client secrets, codes or tokens; nothing was revoked`,
      `  the last by   ${formatFacts(second)}`,
      `                of ${client}; for details: countersign why ${second.requestId}`,
    ].join('\n')
  }
  return [
    `${time(second.happenedAt)}  ${kind}  client ${printable(clientId)}, user ${printable(userId)}, grant ${grantId} revoked`,
    `  used by       ${formatFacts(first)}`,
    `  used again by ${formatFacts(second)}`,
    `                rejected; for details: ${countersign} why ${second.requestId}`,
  ].join('\n')
}

function formatFacts({ requestId, address, userAgent, happenedAt }: RequestFacts): string {
  return `${time(happenedAt)}  ${printable(address)}  ${printable(userAgent ?? 'no user agent')}  (${requestId})`
}

export function incidentJson({ kind, clientId, userId, grantId, first, second }: Incident): object {
  return {
    kind,
    client_id: clientId === '' ? null : clientId,
    user_id: userId === '' ? null : userId,
    grant_id: grantId === '' ? null : grantId,
    first: factsJson(first),
    second: factsJson(second),
  }
}

function factsJson({ requestId, address, userAgent, happenedAt }: RequestFacts): object {
  return { request_id: requestId, happened_at: time(happenedAt), address, user_agent: userAgent }
}
