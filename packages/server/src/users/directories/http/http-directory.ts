/** The directory behind a service. */
import type { Directory, DirectoryUser, PasswordCheck } from '../directory.ts'
import { type StoredFields, toDirectoryUser } from '../directory-user.ts'
import { canBeNamed } from '../the-one-named.ts'
import { usableUsers } from '../usable-users.ts'
import { inspectService } from './inspect.ts'
import { isMatchIn, usersIn } from './responses.ts'
import { call, type Service, UnexpectedStatus } from './service.ts'

/**
 * A service that checks its input rejects a username or a password that nobody can have (RFC 9110 §15.5.21). Anybody can type one: it is no
 * outage.
 */
function isRefused(error: unknown): boolean {
  return error instanceof UnexpectedStatus && error.status === 422
}

function nobodyIfRefused(error: unknown): readonly StoredFields[] {
  if (isRefused(error)) return []
  throw error
}

function wrongIfRefused(error: unknown): PasswordCheck {
  if (isRefused(error)) return { isMatch: false, refusal: 'it rejects the password, with the status 422' }
  throw error
}

export function httpDirectoryOn(service: Service): Directory {
  async function find(query: object, signal: AbortSignal): Promise<readonly StoredFields[]> {
    const response = await call(service, 'find', query, signal)
    return response === undefined ? [] : usersIn(response)
  }

  async function verify(key: string, password: string, signal: AbortSignal): Promise<PasswordCheck> {
    const response = await call(service, 'verify', { key, password }, signal)
    if (response === undefined) throw new UnexpectedStatus('verify', 404, false)
    return { isMatch: isMatchIn(response) }
  }

  return {
    find: async (username, signal) => {
      if (!canBeNamed(username)) return undefined
      const [found, another] = await find({ username }, signal).catch(nobodyIfRefused)
      return found && !another ? toDirectoryUser(found) : undefined
    },
    read: async (keys, signal) => {
      if (keys.length === 0) return []
      const users = usableUsers(await find({ keys }, signal))
      return users.filter(({ key }) => keys.includes(key))
    },
    verify: ({ key }, password, signal) => verify(key, password, signal).catch(wrongIfRefused),
    list: async (after, max, signal) => {
      const users: DirectoryUser[] = []
      for (let last: unknown = after ?? null; users.length < max; ) {
        const page = await find({ after: last, limit: max }, signal)
        users.push(...usableUsers(page))
        const next = page.at(-1)?.key
        if (page.length < max || next === last) break
        last = next
      }
      return users.slice(0, max)
    },
    inspect: (signal) => inspectService(service, signal),
    close: async () => {},
  }
}
