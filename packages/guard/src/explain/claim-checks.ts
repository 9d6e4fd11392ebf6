/** The checks of what a token says (RFC 7519 §4.1, RFC 9068 §4), one by one. */

import { describeValue } from '../describe.ts'
import { readExpiry, requireStarted } from '../jwt/claim-times.ts'
import {
  type ClaimRules,
  readClientId,
  readScopes,
  readSubject,
  readTokenId,
  requireAudience,
  requireIssuer,
} from '../jwt/claims.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import { hasScopes, parseScope } from '../scope.ts'
import type { Checklist } from './checklist.ts'
import type { ExplainConfig } from './explain-settings.ts'
import type { CheckName } from './explanation.ts'

/** A check of one claim, which has the claim's name. */
interface ClaimCheck {
  readonly claim: CheckName
  readonly expected: (config: ExplainConfig) => string
  /** Whether there is a setting to compare with. Without one, only the claim's form is checked. */
  readonly isSet?: (rules: ClaimRules) => boolean
  readonly verify: (claims: JsonObject, config: ExplainConfig) => unknown
}

/** In the order of `readClaims`. */
const claimChecks: readonly ClaimCheck[] = [
  {
    claim: 'exp',
    expected: ({ time }) => `exp after ${time}`,
    verify: (claims, config) => readExpiry(claims, config, config.time),
  },
  {
    claim: 'nbf',
    expected: ({ time, clockTolerance }) => `none, or up to ${time + clockTolerance}`,
    verify: (claims, config) => requireStarted(claims, 'nbf', config, config.time),
  },
  {
    claim: 'iat',
    expected: ({ time, clockTolerance }) => `none, or up to ${time + clockTolerance}`,
    verify: (claims, config) => requireStarted(claims, 'iat', config, config.time),
  },
  {
    claim: 'iss',
    expected: ({ issuer }) => describeValue(issuer),
    isSet: ({ issuer }) => issuer !== undefined,
    verify: requireIssuer,
  },
  {
    claim: 'aud',
    expected: ({ audiences }) => describeValue(audiences?.[0]),
    isSet: ({ audiences }) => audiences !== undefined,
    verify: requireAudience,
  },
  { claim: 'sub', expected: () => 'a short printable text', verify: readSubject },
  { claim: 'scope', expected: () => 'none, or scope tokens', verify: readScopes },
  { claim: 'client_id', expected: () => 'none, or a printable text', verify: readClientId },
  { claim: 'jti', expected: () => 'none, or a short printable text', verify: readTokenId },
]

/** Checks all claims, then what only a guard looks at: the binding to a key, and the scopes that a route requires. */
export async function checkClaims(
  list: Checklist,
  claims: JsonObject | undefined,
  config: ExplainConfig,
): Promise<void> {
  if (claims === undefined) {
    for (const { claim } of claimChecks) list.skip(claim, 'not_reached')
    list.skip('cnf', 'not_reached')
    return list.skip('granted', 'not_reached')
  }
  for (const { claim, expected, isSet, verify } of claimChecks) {
    const received = describeClaim(claims, claim, config)
    const facts = isSet?.(config) === false ? { received } : { expected: expected(config), received }
    await list.run(claim, facts, () => verify(claims, config))
  }
  checkBinding(list, claims)
  checkScopes(list, claims, config)
}

function checkBinding(list: Checklist, claims: JsonObject): void {
  const binding = readMember(claims, 'cnf')
  // RFC 7800 §3.1: cnf names the key that the presenter must prove to have.
  if (binding !== undefined) list.skip('cnf', 'needs_proof', describeValue(binding))
  else list.add({ check: 'cnf', outcome: 'passed', expected: 'none, or a proof', received: 'absent' })
}

function checkScopes(list: Checklist, claims: JsonObject, { scopes, expand }: ExplainConfig): void {
  const scope = readMember(claims, 'scope')
  const granted = typeof scope === 'string' ? parseScope(scope) : undefined
  const received = describeValue(granted === undefined ? scope : expand(granted).join(' '))
  if (scopes.length === 0) {
    list.skip('granted', 'not_set', received)
    return
  }
  const facts = { expected: describeValue(scopes.join(' ')), received }
  if (granted !== undefined && hasScopes(expand(granted), scopes)) {
    list.add({ check: 'granted', outcome: 'passed', ...facts })
  } else list.add({ check: 'granted', outcome: 'failed', reason: 'scope_missing', ...facts })
}

/** Of an array such as `aud`. */
const mostShown = 4

/** The claim in a few words; a time also by how far it is from the time of the check. */
function describeClaim(claims: JsonObject, claim: CheckName, { time }: ExplainConfig): string {
  const value = readMember(claims, claim)
  if (typeof value === 'number') {
    const seconds = Math.abs(Math.round(value - time))
    return `${value}, ${value < time ? `${seconds} s ago` : `in ${seconds} s`}`
  }
  return Array.isArray(value) ? value.slice(0, mostShown).map(describeValue).join(', ') : describeValue(value)
}
