/** http beside https: a redirect, and Strict-Transport-Security (RFC 6797). */
import { type Finding, notesOf } from './finding.ts'
import type { ProbeResponse } from './probe.ts'

const notes = notesOf('https')

/** The response on port 80; `silent`: there is none. */
export type PlainResponse = ProbeResponse | 'silent' | 'untried'

export function checkHttps(issuer: string, secure: ProbeResponse, plain: PlainResponse): readonly Finding[] {
  const findings: Finding[] = []
  if (!/max-age=[1-9]/.test(secure.headers.get('strict-transport-security') ?? '')) {
    findings.push(
      notes.warning(
        'There is no Strict-Transport-Security, so browsers also try http.',
        'Let the proxy pass on the header of Countersign, which sets it under an https issuer.',
      ),
    )
  }
  if (typeof plain === 'object' && !leadsToHttps(plain)) {
    findings.push(
      notes.problem(
        `http://${new URL(issuer).host} responds with status ${plain.status} instead of a redirect to https.`,
        'Redirect each request on port 80; nginx: return 301 https://$host$request_uri;',
      ),
    )
  }
  if (findings.length > 0) return findings
  const set = notes.ok('Strict-Transport-Security is set.')
  if (plain === 'untried') return [set, notes.skipped('Whether http leads to https: https has another port than 443.')]
  return [set, notes.ok(plain === 'silent' ? 'Nothing responds to http.' : 'http leads to https.')]
}

function leadsToHttps({ status, headers }: ProbeResponse): boolean {
  return status >= 300 && status < 400 && /^https:/i.test(headers.get('location') ?? '')
}
