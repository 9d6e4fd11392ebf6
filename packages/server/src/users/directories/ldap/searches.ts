/** Searches on one connection. Aliases are not followed, and referrals never: an entry of another server is not a user here (RFC 4511 §4.5.3). */
import type { SearchOptions } from 'ldapts'
import type { Connection } from './connection.ts'
import { type LdapEntry, toLdapEntry } from './entry.ts'

export interface Searches {
  /** At most `sizeLimit` entries. */
  readonly search: (baseDn: string, options: SearchOptions & { readonly sizeLimit: number }) => Promise<LdapEntry[]>
  /** All entries, in pages (RFC 2696). */
  readonly pages: (baseDn: string, options: SearchOptions) => AsyncGenerator<LdapEntry[]>
}

export function searchesOn({ client, isOpen }: Connection): Searches {
  // `ldapts` would connect again, without TLS and without an identity.
  const requireOpen = () => {
    if (!isOpen()) throw new Error('the LDAP server has closed the connection')
  }
  return {
    search: async (baseDn, options) => {
      requireOpen()
      const { searchEntries } = await client.search(baseDn, options)
      return searchEntries.map(toLdapEntry)
    },
    pages: async function* (baseDn, options) {
      requireOpen()
      for await (const { searchEntries } of client.searchPaginated(baseDn, options))
        yield searchEntries.map(toLdapEntry)
    },
  }
}
