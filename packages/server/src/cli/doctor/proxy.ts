/** What is between the internet and Countersign: caches, dropped headers, and headers that a client makes up. */
import { countersign } from '../../config/called-as.ts'
import { type Finding, notesOf } from './finding.ts'
import { jsonIn, type ProbeResponse } from './probe.ts'

const notes = notesOf('proxy')

/** Two responses to the same request that must be rejected. Each response of Countersign has its own id. */
export function checkResponses(first: ProbeResponse, second: ProbeResponse): readonly Finding[] {
  const findings: Finding[] = []
  if (first.headers.get('x-request-id') === null) {
    findings.push(
      notes.warning(
        `Responses have no x-request-id, so nobody can ask why a request was rejected: ${countersign} why`,
        'Let the proxy pass on x-request-id.',
      ),
    )
  } else if (isSameResponse(first, second)) {
    findings.push(
      notes.problem(
        'A cache answers in place of Countersign, so one user can get the tokens or the page of another.',
        'Turn the cache of the proxy off for this host, or let it obey Cache-Control: no-store.',
      ),
    )
  }
  if (first.status !== 401 || jsonIn(first)?.['error'] === undefined) {
    findings.push(
      notes.problem(
        `GET /users/me without a token has status ${first.status}, not the 401 of Countersign with its JSON.`,
        'Let the proxy pass on errors as they are; nginx: proxy_intercept_errors off;',
      ),
    )
  }
  if (first.headers.get('www-authenticate') === null && first.status === 401) {
    findings.push(notes.problem('A 401 has no WWW-Authenticate (RFC 6750 §3).', 'Let the proxy pass on the header.'))
  }
  return findings.length > 0 ? findings : [notes.ok('Errors arrive as Countersign sends them, and none from a cache.')]
}

function isSameResponse(first: ProbeResponse, second: ProbeResponse): boolean {
  const id = first.headers.get('x-request-id')
  return id !== null && id === second.headers.get('x-request-id')
}

/** The responses to no token, and to one that was never issued. The same from a cache says nothing of what arrives. */
export function checkAuthorization(withoutToken: ProbeResponse, response: ProbeResponse): readonly Finding[] {
  const isCached = isSameResponse(withoutToken, response)
  if (isCached || jsonIn(response)?.['error'] !== 'not_authenticated') return []
  return [
    notes.problem(
      'The header Authorization does not arrive: no token opens /users/me and /userinfo, and clients that send their secret in it are rejected.',
      'Let the proxy pass on Authorization; nginx: proxy_set_header Authorization $http_authorization; Apache: CGIPassAuth On, or no authentication of its own for this host.',
    ),
  ]
}

/** What a client sends that wants to be another host, with another address. */
export function spoofedHeaders(address: string): Readonly<Record<string, string>> {
  return {
    'x-forwarded-host': 'doctor.invalid',
    'x-forwarded-proto': 'http',
    'x-forwarded-for': address,
    'x-forwarded-prefix': '/doctor',
  }
}

/** The discovery document, asked for as usual and with `spoofedHeaders`. */
export function checkSpoofing(usual: ProbeResponse, spoofed: ProbeResponse): readonly Finding[] {
  if (usual.status === spoofed.status && usual.body === spoofed.body) {
    return [notes.ok('X-Forwarded-Host and X-Forwarded-Proto of a client change nothing.')]
  }
  return [
    notes.problem(
      `With X-Forwarded-Host, -Proto or -Prefix of a client, the discovery document is another one (status ${spoofed.status}).`,
      'Let the proxy overwrite these headers; nginx: proxy_set_header X-Forwarded-Host $host;',
    ),
  ]
}
