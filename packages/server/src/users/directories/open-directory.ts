/**
 * An open directory with its limits: each call has a time limit, few run at once, and after some failures the directory is left alone for
 * a while, so that an outage there delays nobody here and ends by itself.
 */
import type { Clock, Log } from '../../environment.ts'
import { createBreaker } from './breaker.ts'
import type { DirectoryDeclaration, DirectoryEnvironment, DirectoryUser, Finding, PasswordCheck } from './directory.ts'
import { UnusableEntry } from './directory-user.ts'

/** The directory does not respond, or not in time. */
export class DirectoryUnavailable extends Error {
  readonly directory: string
  /** Seconds after which to try again. */
  readonly retryAfter: number

  constructor(directory: string, retryAfter: number, options?: ErrorOptions) {
    super(`the directory ${directory} is not available`, options)
    this.name = 'DirectoryUnavailable'
    this.directory = directory
    this.retryAfter = retryAfter
  }
}

/** Its functions throw `DirectoryUnavailable`, and `find` also `UnusableEntry`. */
export interface OpenDirectory {
  readonly declaration: DirectoryDeclaration
  readonly find: (username: string) => Promise<DirectoryUser | undefined>
  readonly read: (keys: readonly string[]) => Promise<readonly DirectoryUser[]>
  /** `undefined` where the hash of the user is checked here. */
  readonly verify: ((user: DirectoryUser, password: string) => Promise<PasswordCheck>) | undefined
  /** `undefined` where the directory is not writable. */
  readonly setPasswordHash: ((key: string, hash: string) => Promise<void>) | undefined
  readonly list: (after: string | undefined, max: number) => Promise<readonly DirectoryUser[]>
  /** Asks the directory in any case, however often it failed. @throws what the directory throws */
  readonly inspect: () => Promise<readonly Finding[]>
  readonly close: () => Promise<void>
}

export interface OpenEnvironment extends DirectoryEnvironment {
  readonly now: Clock
  readonly log: Log
}

/** Calls of one directory that run at once. More would wait in its driver, where no time limit reaches them. */
const maxRunning = 64

/** @throws Error when the driver is missing */
export async function openDirectory(
  declaration: DirectoryDeclaration,
  { now, log, ...environment }: OpenEnvironment,
): Promise<OpenDirectory> {
  const { name, timeout, writable } = declaration
  const directory = await declaration.open(environment)
  const { verify, setPasswordHash } = directory
  const breaker = createBreaker(now)
  let running = 0

  async function ask<Result>(call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const rest = breaker.restFor()
    if (rest > 0) throw new DirectoryUnavailable(name, rest)
    if (running >= maxRunning) throw new DirectoryUnavailable(name, 1)
    running++
    try {
      const result = await withinTime(timeout, call)
      if (breaker.succeed()) log.info({ directory: name }, 'the directory is available again')
      return result
    } catch (error) {
      if (error instanceof UnusableEntry) {
        breaker.succeed()
        throw error
      }
      const isFirst = breaker.fail()
      if (isFirst) log.error({ directory: name, err: error }, 'the directory is not available: its users cannot log in')
      throw new DirectoryUnavailable(name, Math.max(1, breaker.restFor()), { cause: error })
    } finally {
      running--
    }
  }

  return {
    declaration,
    find: (username) => ask((signal) => directory.find(username, signal)),
    read: async (keys) => {
      const users = await ask((signal) => directory.read(keys, signal))
      // A database may compare keys without letter case: such a user is another one.
      return onceEach(users.filter(({ key }) => keys.includes(key)))
    },
    verify: verify && ((user, password) => ask((signal) => verify(user, password, signal))),
    setPasswordHash:
      writable && setPasswordHash ? (key, hash) => ask((signal) => setPasswordHash(key, hash, signal)) : undefined,
    list: (after, max) => ask((signal) => directory.list(after, max, signal)),
    inspect: () => withinTime(timeout, (signal) => directory.inspect(signal)),
    close: () => directory.close(),
  }
}

/** A view or a service may have a user several times, such as once for each role. If one of them is disabled, the user is. */
function onceEach(users: readonly DirectoryUser[]): readonly DirectoryUser[] {
  const byKey = new Map<string, DirectoryUser>()
  for (const user of users) {
    const former = byKey.get(user.key)
    if (former === undefined || user.isDisabled)
      byKey.set(user.key, { ...(former ?? user), isDisabled: user.isDisabled })
  }
  return [...byKey.values()]
}

/** Not every driver ends a call when its signal is aborted, so nobody waits for the driver. */
async function withinTime<Result>(seconds: number, call: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const signal = AbortSignal.timeout(seconds * 1000)
  const late = Promise.withResolvers<never>()
  const onAbort = () => late.reject(new Error(`no response within ${seconds} s`))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([call(signal), late.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
