/** Checks the environment of an embedded server, once at start. */
import { didYouMean } from '../config/did-you-mean.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import type { Environment } from '../server.ts'

const members: Readonly<Record<keyof Environment, 'function' | 'boolean' | 'object'>> = {
  migrate: 'boolean',
  now: 'function',
  random: 'object',
  postForm: 'function',
  log: 'object',
}

/** Seconds since the epoch in the year 5138. A greater number is milliseconds. */
const latestTime = 100_000_000_000

/** @throws TypeError that names the member and the fix */
export function checkEnvironment(environment: Environment): void {
  if (!isPlainObject(environment)) throw new TypeError('environment must be an object, such as { migrate: true }')
  for (const [name, value] of Object.entries(environment)) {
    const type = Object.hasOwn(members, name) ? members[name as keyof Environment] : undefined
    if (type === undefined) {
      throw new TypeError(`environment.${name} is not known${didYouMean(name, Object.keys(members))}`)
    }
    if (value === undefined) throw new TypeError(`environment.${name} is undefined: give it a value or leave it out`)
    if (typeof value !== type || value === null) throw new TypeError(`environment.${name} must be ${articles[type]}`)
  }
  requireFunctions('log', environment.log, ['info', 'warn', 'error'])
  requireFunctions('random', environment.random, ['bytes', 'id'])
  if (environment.now) checkTime(environment.now())
}

function requireFunctions<Member extends object>(
  name: string,
  member: Member | undefined,
  functions: readonly (keyof Member & string)[],
): void {
  const missing = member && functions.find((one) => typeof member[one] !== 'function')
  if (missing !== undefined) throw new TypeError(`environment.${name}.${missing} must be a function`)
}

const articles = { function: 'a function', boolean: 'true or false', object: 'an object' } as const

function checkTime(now: unknown): void {
  if (typeof now !== 'number' || !Number.isFinite(now) || now < 0) {
    throw new TypeError('environment.now must return seconds since the epoch, a number from 0 on')
  }
  if (now > latestTime) {
    throw new TypeError('environment.now returns milliseconds: it must return seconds, so divide by 1000')
  }
}
