/** The directory behind a service. */
import type { Directory, DirectoryUser } from '../directory.ts'
import { type StoredFields, toDirectoryUser } from '../directory-user.ts'
import { canBeNamed } from '../the-one-named.ts'
import { usableUsers } from '../usable-users.ts'
import { inspectService } from './inspect.ts'
import { isMatchIn, usersIn } from './responses.ts'
import { call, type Service, UnexpectedStatus } from './service.ts'

/** A service that checks its input rejects a username that nobody can have (RFC 9110 §15.5.21). Anybody can type such a name: it is no outage. */
function nobodyIfRefused(error: unknown): readonly StoredFields[] {
  if (error instanceof UnexpectedStatus && error.status === 422) return []
  throw error
}

export function httpDirectoryOn(service: Service): Directory {
  async function find(query: object, signal: AbortSignal): Promise<readonly StoredFields[]> {
    const response = await call(service, 'find', query, signal)
    return response === undefined ? [] : usersIn(response)
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
    verify: async ({ key }, password, signal) => {
      const response = await call(service, 'verify', { key, password }, signal)
      if (response === undefined) throw new UnexpectedStatus('verify', 404, false)
      return { isMatch: isMatchIn(response) }
    },
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
