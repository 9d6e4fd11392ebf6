/** The options of the test kit, and what is wrong with them. */

import type { Options } from '../config/options.ts'
import { OptionsError } from '../config/options-error.ts'
import { isPlainObject } from '../domain/plain-object.ts'
import type { Log, PostForm } from '../environment.ts'
import type { TestUser } from './test-users.ts'

/** The options of `createCountersign`, all optional, without its database, and users. */
export interface TestOptions extends Partial<Omit<Options, 'databaseUrl'>> {
  /** @default none */
  readonly users?: readonly TestUser[]
  /** @default silent */
  readonly log?: Log
  /** Posts logout tokens to clients. @default keeps them for `logoutTokens`, and posts nothing */
  readonly postForm?: PostForm
}

/** What only the kit has; `resolveOptions` checks the rest. A program without types may give anything. @throws OptionsError */
export function requireTestOptions(options: TestOptions): void {
  if (!isPlainObject(options)) fail('options', "must be an object, such as { users: [{ username: 'tim' }] }")
  const { users = [], log, postForm } = options
  // The keys and the default password of the kit are published.
  if ('databaseUrl' in options) fail('databaseUrl', 'must be left out: the test kit uses only a database in memory')
  if (!Array.isArray(users) || ![...users].every(isPlainObject)) {
    fail('users', "must be a list of users, such as [{ username: 'tim' }]")
  }
  if (log !== undefined && !isLog(log)) fail('log', 'must have the functions info, warn and error')
  if (postForm !== undefined && typeof postForm !== 'function') fail('postForm', 'must be a function')
}

function fail(option: string, message: string): never {
  throw new OptionsError([{ option, message }])
}

function isLog(value: unknown): boolean {
  const isObject = typeof value === 'object' && value !== null
  return isObject && ['info', 'warn', 'error'].every((name) => typeof Reflect.get(value, name) === 'function')
}
