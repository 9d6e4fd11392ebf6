/** Explains what a guard with given settings would decide about a token: it runs all checks of the verifier, and reports each. */
import { describeValue } from '../describe.ts'
import { type TokenCheckName, type TokenReading, checks as tokenChecks } from '../jwt/checks.ts'
import { readScopeList, scopeClaimOf } from '../jwt/claims.ts'
import { type JsonObject, readMember } from '../jwt/strict-json.ts'
import { hasScopes, parseScope } from '../scope.ts'
import { TokenRejection } from '../token-rejection.ts'
import { checkFacts, checkNames } from './check-facts.ts'
import { type ExplainConfig, type ExplainSettings, resolveSettings } from './explain-settings.ts'
import type { Check, Explanation, SkipReason } from './explanation.ts'

export type { ExplainSettings } from './explain-settings.ts'
export type { Check, CheckName, Explanation, FailureReason, SkipReason } from './explanation.ts'

/**
 * Runs all checks of a guard with these settings, also after one that fails. Sends nothing anywhere.
 *
 * @param token the token alone, without `Bearer`
 * @returns the checks in the verifier's order; the first that failed has the reason of the guard's rejection
 * @throws TypeError when a setting is wrong, with its name and the fix
 * @see RFC 9068 §4
 */
export async function explain(token: string, settings: ExplainSettings = {}): Promise<Explanation> {
  const config = resolveSettings(settings)
  // As in runChecks; the checks that depend on a missing member are skipped.
  const reading = { token } as TokenReading
  const checks: Check[] = []
  for (const name of checkNames) checks.push(await explainCheck(name, reading, checks, config))
  // Absent when the check that reads them failed.
  const { header, payload, scope }: Partial<TokenReading> = reading
  checks.push(explainBinding(payload), explainScopes(payload, scope, config))
  return { ...decide(checks), checks, header: header?.members, claims: payload }
}

function decide(checks: readonly Check[]): Pick<Explanation, 'decision' | 'reason'> {
  const failed = checks.find((check) => check.outcome === 'failed')
  if (failed) return { decision: 'rejected', reason: failed.reason }
  const isOpen = checks.some((check) => check.outcome === 'skipped' && check.reason !== 'not_set')
  return { decision: isOpen ? 'undecided' : 'passes', reason: undefined }
}

async function explainCheck(
  check: TokenCheckName,
  reading: TokenReading,
  earlier: readonly Check[],
  config: ExplainConfig,
): Promise<Check> {
  const facts = checkFacts[check]
  const received = facts.received?.(reading, config)
  const passed = earlier.filter(({ outcome }) => outcome === 'passed').map((done) => done.check)
  if (config.keys === undefined && facts.needsKeys === true) return skipped(check, 'no_keys', received)
  if (!facts.dependsOn.every((name) => passed.includes(name))) return skipped(check, 'not_reached', received)
  try {
    const rules = { ...config, keys: config.keys ?? [] }
    Reflect.set(reading, check, await tokenChecks[check](reading, rules))
    if (facts.isSet?.(config) === false) return skipped(check, 'not_set', received)
    const expected = facts.expected(config, reading)
    return { check, outcome: 'passed', expected, received: received ?? expected }
  } catch (error) {
    return failed(check, error)
  }
}

function skipped(check: Check['check'], reason: SkipReason, received?: string): Check {
  return { check, outcome: 'skipped', reason, ...(received !== undefined && { received }) }
}

function failed(check: TokenCheckName, error: unknown): Check {
  if (!(error instanceof TokenRejection)) throw error
  const { reason, expected, received }: TokenRejection = error
  return {
    check,
    outcome: 'failed',
    reason,
    ...(expected !== undefined && { expected }),
    ...(received !== undefined && { received }),
  }
}

/** Only a guard checks the binding to a key. */
function explainBinding(claims: JsonObject | undefined): Check {
  if (claims === undefined) return skipped('cnf', 'not_reached')
  const binding = readMember(claims, 'cnf')
  // RFC 7800 §3.1: cnf names the key that the presenter must prove possession of.
  if (binding !== undefined) return skipped('cnf', 'needs_proof', describeValue(binding))
  return { check: 'cnf', outcome: 'passed', expected: 'none, or a proof', received: 'absent' }
}

/**
 * Only a guard checks the scopes of a route.
 *
 * @param granted the token's own; `undefined` when it has none, or they cannot be read
 */
function explainScopes(
  claims: JsonObject | undefined,
  granted: readonly string[] | undefined,
  { scopes, expand, scopeClaim }: ExplainConfig,
): Check {
  if (claims === undefined) return skipped('granted', 'not_reached')
  const all = granted && expand(granted)
  const name = scopeClaimOf(claims, scopeClaim)
  const found = describeValue(all === undefined ? readMember(claims, name) : all.join(' '))
  if (all !== undefined && hasScopes(all, scopes)) {
    if (scopes.length === 0) return skipped('granted', 'not_set', found)
    return { check: 'granted', outcome: 'passed', expected: describeValue(scopes.join(' ')), received: found }
  }
  const other = findScopesElsewhere(claims, name, scopes)
  const received = other === undefined ? found : `${found}; ${other} has them: set scopeClaim to it`
  if (scopes.length === 0) return skipped('granted', 'not_set', received)
  const expected = describeValue(scopes.join(' '))
  return { check: 'granted', outcome: 'failed', reason: 'scope_missing', expected, received }
}

/** Where issuers write scopes, or what APIs use as such. */
const scopeClaims: readonly string[] = ['scope', 'scp', 'scopes', 'permissions', 'roles']

/** The first of those claims that has the scopes, other than the one that is read. */
function findScopesElsewhere(claims: JsonObject, read: string, scopes: readonly string[]): string | undefined {
  return scopeClaims.find((name) => {
    if (name === read) return false
    const value = readMember(claims, name)
    const list = typeof value === 'string' ? parseScope(value) : Array.isArray(value) ? readScopeList(value) : undefined
    return list !== undefined && list.length > 0 && hasScopes(list, scopes)
  })
}
