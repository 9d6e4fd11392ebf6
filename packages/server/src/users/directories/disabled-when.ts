/** How fields of others say that a user is disabled: in any spelling and polarity. */
import { squash, wordsOf } from '../import/member-name.ts'
import { rightsKindOf, soundsLikeDenial } from '../import/rights-rules.ts'
import { isFalse, isMissing, isTrue, timeOf, wordOf } from './stored-value.ts'

/**
 * A user is disabled when the field
 * - `true`: is true, such as `disabled` or `is_banned`; only what means false leaves the user enabled
 * - `false`: is not true, such as `is_active`
 * - `'set'`: has a value, such as `deleted_at`
 * - `'unset'`: has no value, such as `confirmed_at`
 * - `'future'`: is a time in the future, such as `banned_until`
 * - `'past'`: is a time in the past, such as `expires_at`
 * - `['banned', 'pending']`: is one of these words; letter case does not count
 * - `{ not: ['active'] }`: is none of these words
 *
 * A value that cannot be read, such as `'future'` of the text `soon`, disables.
 */
export type DisabledWhen =
  | boolean
  | 'set'
  | 'unset'
  | 'future'
  | 'past'
  | readonly string[]
  | { readonly not: readonly string[] }

/** `now` is in seconds. */
export function isDisabledBy(rule: DisabledWhen, value: unknown, now: number): boolean {
  switch (rule) {
    case true:
      return !isFalse(value)
    case false:
      return !isTrue(value)
    case 'set':
      return !isMissing(value)
    case 'unset':
      return isMissing(value)
    case 'future':
      return !isMissing(value) && (timeOf(value) ?? Number.POSITIVE_INFINITY) > now
    case 'past':
      return !isMissing(value) && (timeOf(value) ?? 0) <= now
    default:
      return 'not' in rule ? !isOneOf(value, rule.not) : isOneOf(value, rule)
  }
}

function isOneOf(value: unknown, words: readonly string[]): boolean {
  return words.some((word) => word.toLowerCase() === wordOf(value))
}

/** Why it is no rule, as what follows the name of an option; `undefined` when it is one. */
export function disabledWhenProblem(rule: unknown): string | undefined {
  if (typeof rule === 'boolean' || ['set', 'unset', 'future', 'past'].includes(String(rule))) return undefined
  const words = typeof rule === 'object' && rule !== null && 'not' in rule ? rule.not : rule
  const isWords = Array.isArray(words) && words.length > 0 && words.every((word) => typeof word === 'string')
  return isWords
    ? undefined
    : "must be true, false, 'set', 'unset', 'future', 'past', a list of words, or { not: [...] } with a list of words"
}

/** Words in the names of fields that usually take rights away. */
const suspects =
  /^(disab|block|ban$|banned|suspen|deactiv|inactiv|revok|locked|lockout|delet|archiv|discard|removed|expir|until|active$|activated|enabled|status|pending|approved|frozen|terminated|closed)/
/** Words of fields that are about something else than the user. */
const others = [
  'token',
  'password',
  'reset',
  'otp',
  'code',
  'session',
  'verification',
  'confirmation',
  'email',
  'phone',
]

/** Whether a field that no rule reads may say that a user is disabled: what stops an import, and more. */
export function mayDisable(field: string): boolean {
  const words = wordsOf(field)
  if (words.some((word) => others.includes(word))) return false
  const name = squash(field)
  const isKnown = rightsKindOf(name) !== undefined || soundsLikeDenial(name, words)
  return isKnown || words.some((word) => suspects.test(word))
}
