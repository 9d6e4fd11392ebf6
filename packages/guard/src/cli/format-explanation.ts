/** Formats an explanation as text. */
import type { Check, CheckName, Explanation, SkipReason } from '../explain/explanation.ts'
import { adviceFor } from './advice.ts'
import { escapeUnsafe, printableJson } from './print.ts'

const marks: Readonly<Record<Check['outcome'], string>> = { passed: '✓', failed: '✗', skipped: '–' }

/** Why a check was skipped, and what it needs. */
const skipReasons: Readonly<Record<SkipReason, string>> = {
  no_keys: 'there are no keys: give --jwks, --secret-file or --fetch',
  not_set: 'no setting to compare with',
  not_reached: 'a check that it depends on failed',
  needs_proof: 'the token is bound to a key: a request must prove possession of it, and the guard needs `dpop`',
}

const settingFlags: ReadonlyMap<CheckName, string> = new Map([
  ['iss', '--issuer'],
  ['aud', '--audience'],
  ['granted', '--scope'],
])

const maxShownLength = 500
const times: readonly string[] = ['exp', 'nbf', 'iat', 'auth_time']

/** The checks, the header and the claims, the decision and what to do. Contains neither the token nor its signature. */
export function formatExplanation(explanation: Explanation): string {
  const { checks, header, claims } = explanation
  const isProven = checks.some(({ check, outcome }) => check === 'signature' && outcome === 'passed')
  const proof = isProven ? 'proven by the signature' : 'NOT proven by a signature'
  return [
    ...checks.map(formatCheck),
    ...formatMembers('Header', proof, header),
    ...formatMembers('Claims', proof, claims),
    '',
    ...formatDecision(explanation),
  ].join('\n')
}

function formatCheck(check: Check): string {
  const { expected, received } = check
  const expectation = expected === undefined || expected === received ? '' : `   (expected: ${expected})`
  return escapeUnsafe(`${marks[check.outcome]} ${check.check.padEnd(9)}  ${formatOutcome(check)}${expectation}`)
}

function formatOutcome(check: Check): string {
  const received = check.received === undefined ? [] : [check.received]
  switch (check.outcome) {
    case 'passed':
      return received.join('')
    case 'failed':
      return [check.reason, ...received].join(': ')
    case 'skipped':
      return [...received, `not checked: ${formatSkip(check.check, check.reason)}`].join(', ')
  }
}

function formatSkip(check: CheckName, reason: SkipReason): string {
  const flag = reason === 'not_set' ? settingFlags.get(check) : undefined
  return flag === undefined ? skipReasons[reason] : `any value passes: give ${flag}`
}

function formatMembers(title: string, proof: string, members: Explanation['claims']): readonly string[] {
  if (members === undefined) return []
  const lines = Object.entries(members).map(([name, value]) => `  ${escapeUnsafe(name)}  ${formatMember(name, value)}`)
  return ['', `${title}, ${proof}:`, ...lines]
}

function formatMember(name: string, value: unknown): string {
  const text = printableJson(value)
  const shown = text.length <= maxShownLength ? text : `${text.slice(0, maxShownLength)}... (${text.length} characters)`
  const date = times.includes(name) ? formatTime(value) : undefined
  return date === undefined ? shown : `${shown}  ${date}`
}

function formatTime(seconds: unknown): string | undefined {
  // The range of Date: 100,000,000 days (ECMA-262 §21.4.1.1).
  if (typeof seconds !== 'number' || !(Math.abs(seconds) <= 8.64e12)) return undefined
  return new Date(seconds * 1000).toISOString()
}

function formatDecision({ decision, reason, checks }: Explanation): readonly string[] {
  if (reason !== undefined) return [`Rejected: ${reason}.`, adviceFor(reason)]
  if (decision === 'passes') return ['Passes, unless it is revoked: only the issuer knows that.']
  const open = checks.filter((check) => check.outcome === 'skipped' && check.reason !== 'not_set')
  return [
    `Undecided: no check failed, but some could not be made: ${open.map(({ check }) => check).join(', ')}.`,
    'The lines above say what each needs.',
  ]
}
