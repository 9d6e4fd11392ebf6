/** Which origins' scripts may use /token (the Fetch standard's CORS protocol). */
import { type Finding, notesOf } from './finding.ts'
import type { ProbeResponse } from './probe.ts'

const notes = notesOf('cors')

export interface CorsResponses {
  readonly origin: string
  /** The response to the preflight request. */
  readonly preflight: ProbeResponse
  readonly response: ProbeResponse
}

export interface ForeignResponses extends CorsResponses {
  /** The response to a request that succeeds, and that no script of another origin may read: some proxies add headers only to these. */
  readonly success: ProbeResponse
}

/** `foreign` is no client's origin; `registered` is one, where one is known. */
export function checkCors(foreign: ForeignResponses, registered: CorsResponses | undefined): readonly Finding[] {
  const findings: Finding[] = []
  for (const [what, response] of Object.entries({
    'a preflight of /token': foreign.preflight,
    'the response of /token': foreign.response,
    'the response of /healthz': foreign.success,
  })) {
    const allowed = response.headers.get('access-control-allow-origin')
    if (allowed === null) continue
    findings.push(
      notes.problem(
        `Scripts of ${foreign.origin}, which belongs to no client, may read ${what}: Access-Control-Allow-Origin is ${allowed}.`,
        'Remove the CORS headers of the proxy: Countersign sends them for the origins of clients.',
      ),
    )
  }
  if (registered !== undefined) findings.push(...checkRegistered(registered))
  if (findings.length > 0) return findings
  return registered === undefined
    ? [notes.ok('Scripts of foreign origins cannot use /token. No origin of a client is known here to try.')]
    : [notes.ok(`Scripts of ${registered.origin} may use /token, and those of foreign origins may not.`)]
}

function checkRegistered({ origin, preflight, response }: CorsResponses): readonly Finding[] {
  const isAllowed = [preflight, response].every(({ headers }) => headers.get('access-control-allow-origin') === origin)
  if (isAllowed && preflight.status >= 200 && preflight.status < 300) return []
  return [
    notes.problem(
      `Scripts of ${origin}, the origin of a client, cannot use /token: the preflight has status ${preflight.status}.`,
      'Let the proxy forward OPTIONS, Origin and the Access-Control headers, unchanged.',
    ),
  ]
}
