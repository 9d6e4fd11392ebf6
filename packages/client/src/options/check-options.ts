/** Checks options: the message of a mistake names the option and the fix. */
import { type JsonObject, readMember } from '../oauth/json.ts'

/** Whether a value may stand, and the words for what may. */
export interface Rule {
  readonly isMet: (value: unknown) => boolean
  readonly expected: string
}

/**
 * @param maker the function that takes the options
 * @param required the options that must be there
 * @throws TypeError at the first option that is missing, unknown or not as it may be
 */
export function checkOptions(
  maker: string,
  options: object | undefined,
  rules: Readonly<Record<string, Rule>>,
  required: readonly string[],
): void {
  const given: JsonObject = { ...options }
  for (const name of [...required, ...Object.keys(given)]) {
    const rule = readMember(rules, name)
    if (rule === undefined) {
      throw new TypeError(`${name} is not an option of ${maker}, which has ${Object.keys(rules).join(', ')}`)
    }
    const value = readMember(given, name)
    // Also when it is there and undefined: a secret that the environment lacks must not make a public client of this one.
    if (!rule.isMet(value)) {
      throw new TypeError(`${name} is ${value === undefined ? 'missing' : 'wrong'}: it must be ${rule.expected}`)
    }
  }
}

/** One value, several or none, as a list. */
export function toList(value: string | readonly string[] | undefined): readonly string[] {
  return Object.freeze([value ?? []].flat())
}
