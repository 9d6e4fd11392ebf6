/**
 * Other names of directories' users whose accounts have no login attempt left. An attempt by such a name is rejected without asking the
 * directory. Only in memory, and for a while: then the directory says again whose the name is.
 */
import { usernameKey } from '../../domain/username.ts'
import type { Clock } from '../../environment.ts'

export interface OtherNames {
  readonly usernameOf: (name: string) => string | undefined
  readonly note: (name: string, username: string, seconds: number) => void
}

/** More would only be of use to somebody who tries names. */
const maxNames = 1000

export function createOtherNames(now: Clock): OtherNames {
  const names = new Map<string, { readonly username: string; readonly endsAt: number }>()
  return {
    usernameOf: (name) => {
      const noted = names.get(usernameKey(name))
      return noted && noted.endsAt > now() ? noted.username : undefined
    },
    note: (name, username, seconds) => {
      const key = usernameKey(name)
      names.delete(key)
      const [oldest] = names.keys()
      if (names.size >= maxNames && oldest !== undefined) names.delete(oldest)
      names.set(key, { username, endsAt: now() + seconds })
    },
  }
}
