/** The directory on an LDAP server (RFC 4511): searches by the account of the deployment, and a bind as the user to check a password. */

import type { Clock } from '../../../environment.ts'
import type { Directory, DirectoryUser } from '../directory.ts'
import { type StoredFields, toDirectoryUser } from '../directory-user.ts'
import { canBeNamed } from '../the-one-named.ts'
import { usableUsers } from '../usable-users.ts'
import { checkPassword, connectForSearches } from './bind.ts'
import type { Ldapts } from './connection.ts'
import { createEntries } from './entries.ts'
import type { LdapEntry } from './entry.ts'
import { fieldsOf } from './entry-user.ts'
import { createGroups, filterOf } from './groups.ts'
import { inspectServer } from './inspect.ts'
import type { Mapping } from './mapping.ts'
import { createPool } from './pool.ts'
import type { Searches } from './searches.ts'
import type { LdapServer } from './server.ts'

/** LDAP has no order of entries. So `list` keeps the keys of this many users, in order, from its first call to its last. */
const maxListed = 100_000

/** @throws Error when a filter of the options is no filter */
export function ldapDirectoryOn(ldapts: Ldapts, server: LdapServer, mapping: Mapping, now: Clock): Directory {
  const entries = createEntries(ldapts, mapping)
  if (mapping.groups && 'filter' in mapping.groups.by)
    filterOf(ldapts, mapping.groups.by.filter, { dn: '', username: '' })
  const pool = createPool((signal) => connectForSearches(ldapts, server, signal), now)
  let listed: readonly string[] = []

  async function stored(searches: Searches, found: readonly LdapEntry[]): Promise<readonly StoredFields[]> {
    const groups = mapping.groups && createGroups(ldapts, searches, mapping.groups)
    const fields: StoredFields[] = []
    for (const entry of found) fields.push(await fieldsOf(entry, mapping, groups, now()))
    return fields
  }

  async function read(keys: readonly string[], signal: AbortSignal): Promise<readonly DirectoryUser[]> {
    const found = await pool.use(signal, async (searches) => stored(searches, await entries.withKeys(searches, keys)))
    return usableUsers(found)
  }

  return {
    find: async (username, signal) => {
      if (!canBeNamed(username)) return undefined
      const [found] = await pool.use(signal, async (searches) => {
        const entry = await entries.named(searches, username)
        return await stored(searches, entry ? [entry] : [])
      })
      return found && toDirectoryUser(found)
    },
    read,
    verify: async ({ key }, password, signal) => {
      const [entry] = await pool.use(signal, (searches) => entries.withKeys(searches, [key]))
      if (entry === undefined) return { isMatch: false }
      return await checkPassword(ldapts, server, { dn: entry.dn, password }, signal)
    },
    list: async (after, max, signal) => {
      if (after === undefined) {
        const { keys } = await pool.use(signal, (searches) => entries.keys(searches, maxListed))
        listed = keys.sort()
      }
      const users: DirectoryUser[] = []
      let start = after === undefined ? 0 : listed.findIndex((key) => key > after)
      while (start >= 0 && start < listed.length && users.length < max) {
        const keys = listed.slice(start, start + max - users.length)
        users.push(...(await read(keys, signal)).toSorted((one, other) => (one.key < other.key ? -1 : 1)))
        start += keys.length
      }
      if (users.length < max) listed = []
      return users
    },
    inspect: (signal) => inspectServer(ldapts, server, mapping, entries, signal),
    close: pool.close,
  }
}
