/** Says what a guard with given settings would decide about a token, and why: each check of the verifier, by the verifier's own functions. */
import { createChecklist } from './checklist.ts'
import { checkClaims } from './claim-checks.ts'
import { type ExplainSettings, resolveSettings } from './explain-settings.ts'
import type { Check, Explanation } from './explanation.ts'
import { checkContent, checkHeader, checkKey, checkShape, checkSignature } from './token-checks.ts'

export type { ExplainSettings } from './explain-settings.ts'
export type { Check, CheckName, Explanation, FailureReason, SkipReason } from './explanation.ts'

/**
 * Makes all checks of a guard with these settings, also those after the first that fails. Sends nothing anywhere.
 *
 * @param token the token by itself, without `Bearer`
 * @returns the checks in the verifier's order; the first that failed has the reason that the guard would tell
 * @throws TypeError when a setting is wrong, naming it and the fix
 * @see RFC 9068 §4
 */
export async function explain(token: string, settings: ExplainSettings = {}): Promise<Explanation> {
  const config = resolveSettings(settings)
  const list = createChecklist()
  const parts = await checkShape(list, token, config)
  const header = await checkHeader(list, parts)
  const key = await checkKey(list, header, config)
  const claims = await checkContent(list, parts, header, config)
  await checkSignature(list, parts, key, claims, config)
  await checkClaims(list, claims, config)
  return { ...decide(list.checks), checks: list.checks, header: header?.members, claims }
}

function decide(checks: readonly Check[]): Pick<Explanation, 'decision' | 'reason'> {
  const failed = checks.find((check) => check.outcome === 'failed')
  if (failed) return { decision: 'refused', reason: failed.reason }
  const isOpen = checks.some((check) => check.outcome === 'skipped' && check.reason !== 'not_set')
  return { decision: isOpen ? 'undecided' : 'passes', reason: undefined }
}
