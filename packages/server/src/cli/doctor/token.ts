/** POST /token with a code that was never issued: what arrives of the post, and of the response. */
import { countersign } from '../../config/called-as.ts'
import { type Finding, notesOf, shown } from './finding.ts'
import { jsonIn, type ProbeResponse, requestIdIn } from './probe.ts'

const notes = notesOf('token')

/** `expected`: the error for what was sent. */
export function checkToken(response: ProbeResponse, expected: 'invalid_grant' | 'invalid_client'): readonly Finding[] {
  const { status, headers } = response
  const error = jsonIn(response)?.['error']
  if (status >= 300 && status < 400) {
    return [
      notes.problem(
        `POST /token is redirected to ${headers.get('location')}: clients lose the form.`,
        'Let the proxy forward POST /token without a redirect, and give clients the https URL.',
      ),
    ]
  }
  if (error !== expected) {
    const found = error === undefined ? `status ${status} and no error in JSON` : `${status} ${shown(error)}`
    const why = requestIdIn(headers)
    return [
      notes.problem(
        `POST /token responds with ${found}, not with ${expected}: the form, its type or the response is changed on the way.`,
        `Let the proxy forward the body and Content-Type.${why === undefined ? '' : ` See: ${countersign} why ${why}`}`,
      ),
    ]
  }
  if (!/no-store/.test(headers.get('cache-control') ?? '')) {
    return [
      notes.problem(
        'Responses of /token have no Cache-Control: no-store (RFC 6749 §5.1), so a cache may keep tokens.',
        'Let the proxy pass on Cache-Control.',
      ),
    ]
  }
  return [notes.ok(`A code that was never issued is rejected: ${expected}, in JSON and not cached.`)]
}
