/** The URI that was requested, as far as proofs count it (RFC 9449 §4.3). */
import type { GuardRequest } from '../guard-request.ts'
import { Refused } from '../refused.ts'
import { describeValue } from '../rejection.ts'
import { hasDotSegments, normalizeTarget, withoutQuery } from './target-uri.ts'

/**
 * As `normalizeTarget` spells it.
 *
 * @param origin where clients reach this API, in the place of the one in the request's URL
 * @throws Refused when no proof can fit the URL
 */
export function readTarget(request: GuardRequest, origin: string | undefined): string {
  const sent = withoutQuery(request.url)
  const target = normalizeTarget(
    origin === undefined ? sent : sent.replace(/^https?:\/\/[a-z0-9._:[\]-]*(?=\/|$)/i, origin),
  )
  // Programs along the way do not agree on what dots mean: a proof for /admin must not pass /files/%2e%2e/admin.
  if (target !== undefined && !hasDotSegments(sent)) return target
  const facts = { expected: 'an absolute http(s) URL without dot segments', received: describeValue(sent) }
  // A URL that is not absolute is the fault of whoever gave the request to the guard.
  throw new Refused(/^https?:\/\//i.test(sent) ? 'proof_invalid' : 'verification_failed', facts)
}
