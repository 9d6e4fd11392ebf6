/** Checks options: the message of a mistake names the option and the fix. */
import { type JsonObject, readMember } from '../oauth/json.ts'
import { didYouMean } from './did-you-mean.ts'

/** What the value of an option must be, alone or beside the other options. */
export interface Rule {
  readonly isMet: (value: unknown, options?: JsonObject) => boolean
  /** Follows the words "it must be". */
  readonly expected: string
}

/**
 * @param maker the name of the function that takes the options
 * @param required the options that must be present
 * @throws TypeError for the first option that is missing, unknown or wrong
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
      const names = Object.keys(rules)
      const hint = didYouMean(name, names) || `, which has ${names.join(', ')}`
      throw new TypeError(`${name} is not an option of ${maker}${hint}`)
    }
    const value = readMember(given, name)
    // An option that is present and undefined is an error too: without its secret, the client would become a public client.
    if (!rule.isMet(value, given)) {
      throw new TypeError(`${name} is ${value === undefined ? 'missing' : 'wrong'}: it must be ${rule.expected}`)
    }
  }
}

/** A list of one value, of several or of none. */
export function toList(value: string | readonly string[] | undefined): readonly string[] {
  return Object.freeze([value ?? []].flat())
}
