/** Checks settings once, when something is made of them. Every message names the field and the fix. */

import { describeError } from './describe.ts'
import { didYouMean } from './did-you-mean.ts'

/** @throws TypeError with the message when what must hold does not */
export function demand(holds: boolean, message: string): asserts holds {
  if (!holds) throw new TypeError(message)
}

/**
 * Refuses unknown options, and known ones that are given but undefined: `issuer: env.ISSUER` without that variable must not
 * mean "any".
 *
 * @param maker what the options are for, such as "createGuard", or "metadata" of options within options
 * @throws TypeError naming the option, and the one that was probably meant
 */
export function requireKnownAndDefined(options: unknown, known: readonly string[], maker: string): void {
  demand(typeof options === 'object' && options !== null, `the options of ${maker} must be an object`)
  for (const [name, value] of Object.entries(options)) {
    demand(known.includes(name), `${name} is not an option of ${maker}${didYouMean(name, known)}`)
    demand(value !== undefined, `${name} is undefined: give it a value or leave it out`)
  }
}

/** What `read` answers. @throws TypeError with the option's name and the sentence that `read` threw */
export function readOption<Value>(name: string, read: () => Value): Value {
  try {
    return read()
  } catch (cause) {
    throw new TypeError(`${name}: ${describeError(cause)}`, { cause })
  }
}

/** @throws TypeError when the option is given, and no text that names something */
export function demandName(value: unknown, option: string): void {
  demand(
    value === undefined || (typeof value === 'string' && value !== ''),
    `${option} must be a text that is not empty`,
  )
}

export function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value)
}

export function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
