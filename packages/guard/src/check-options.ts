/** Checks options once, when something is made of them. Every message names the option and the fix. */

import { describeError } from './describe.ts'
import { didYouMean } from './did-you-mean.ts'

/** @throws TypeError with the message when the condition is false */
export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new TypeError(message)
}

/**
 * Rejects unknown options, and options that are present but undefined: `issuer: env.ISSUER` without that variable must not mean
 * "any issuer".
 *
 * @param maker what the options are for, such as "createGuard", or "metadata" for nested options
 * @throws TypeError with the name of the option, and the one that was probably meant
 */
export function requireKnownAndDefined(options: unknown, known: readonly string[], maker: string): void {
  demand(typeof options === 'object' && options !== null, `the options of ${maker} must be an object`)
  for (const [name, value] of Object.entries(options)) {
    demand(known.includes(name), `${name} is not an option of ${maker}${didYouMean(name, known)}`)
    demand(value !== undefined, `${name} is undefined: give it a value or leave it out`)
  }
}

/** The result of `read`. @throws TypeError with the name of the option and the message of what `read` threw */
export function readOption<Value>(name: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    throw new TypeError(`${name}: ${describeError(cause)}`, { cause })
  }
}

/** @throws TypeError when the option is present, and not a string with at least one character */
export function demandName(value: unknown, option: string): void {
  demand(value === undefined || (typeof value === 'string' && value !== ''), `${option} must be a non-empty string`)
}

/** @throws TypeError when the option is not a number of seconds in that range */
export function demandSeconds(value: unknown, option: string, min: number, max: number): void {
  demand(isBetween(value, min, max), `${option} must be ${min} to ${max} seconds`)
}

/** Whether a value is an object of members, as literals make it: no array, and of no class, whose members are not its own. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: object | null = Object.getPrototypeOf(value)
  // Object.prototype has none, in each realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

export function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value)
}

export function isBetween(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && value >= min && value <= max
}
