/** Fields that mean the same in most applications: they hold where a document has them, without being named. */
import type { DisabledWhen } from '../disabled-when.ts'

const taken = [
  'disabled',
  'blocked',
  'banned',
  'suspended',
  'locked',
  'deactivated',
  'deleted',
  'archived',
  'discarded',
]
const given = ['active', 'enabled']

export const commonFlags: Readonly<Record<string, DisabledWhen>> = {
  ...rulesFor([...taken, 'inactive'].flatMap(flagsOf), true),
  ...rulesFor(given.flatMap(flagsOf), false),
  ...rulesFor(
    taken.flatMap((word) => namesOf(word, 'at')),
    'set',
  ),
  ...rulesFor(
    [...taken, 'lock', 'ban'].flatMap((word) => namesOf(word, 'until')),
    'future',
  ),
}

function flagsOf(word: string): readonly string[] {
  return [word, ...namesOf('is', word), ...namesOf('account', word)]
}

/** In both spellings of applications: `isBanned` and `is_banned`. */
function namesOf(first: string, second: string): readonly string[] {
  return [`${first}${second.charAt(0).toUpperCase()}${second.slice(1)}`, `${first}_${second}`]
}

function rulesFor(fields: readonly string[], rule: DisabledWhen): Readonly<Record<string, DisabledWhen>> {
  return Object.fromEntries(fields.map((field) => [field, rule]))
}
