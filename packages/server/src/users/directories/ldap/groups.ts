/** The groups of users, and the groups that these are in: level by level, each group once, so that a circle of groups ends. */
import type { Filter } from 'ldapts'
import type { Ldapts } from './connection.ts'
import { type LdapEntry, textOf, textsOf } from './entry.ts'
import type { GroupMapping } from './mapping.ts'
import { resultCodeOf, resultCodes } from './result-code.ts'
import type { Searches } from './searches.ts'

/** A user or a group, as far as its groups can be found. */
interface Member {
  readonly entry: LdapEntry
  /** Groups have none. */
  readonly username: string | undefined
}

export interface Groups {
  /** Names, in no order. */
  readonly of: (user: LdapEntry, username: string | undefined) => Promise<readonly string[]>
}

/** Groups of one user. As many names come into a token at most. */
const maxGroups = 1000
/** Groups that are read at once: OpenLDAP closes a connection on which too many requests wait. */
const maxAtOnce = 20

/** Each group is read once, however many users are in it: make one for each call of the directory. */
export function createGroups(ldapts: Ldapts, { search }: Searches, mapping: GroupMapping): Groups {
  const { by, name, depth } = mapping
  const known = new Map<string, Promise<LdapEntry | undefined>>()
  const groupsOf =
    'attribute' in by
      ? async ({ entry }: Member) => await readAll(textsOf(entry, by.attribute), by.attribute)
      : async (member: Member) => await find(by.filter, member)

  async function readAll(dns: readonly string[], attribute: string): Promise<readonly LdapEntry[]> {
    const groups: LdapEntry[] = []
    for (let start = 0; start < Math.min(dns.length, maxGroups); start += maxAtOnce) {
      const read = await Promise.all(dns.slice(start, start + maxAtOnce).map((dn) => readOnce(dn, attribute)))
      groups.push(...read.filter((group) => group !== undefined))
    }
    return groups
  }

  function readOnce(dn: string, attribute: string): Promise<LdapEntry | undefined> {
    const reading = known.get(dn) ?? read(dn, attribute)
    known.set(dn, reading)
    return reading
  }

  async function read(dn: string, attribute: string): Promise<LdapEntry | undefined> {
    try {
      return (await search(dn, { scope: 'base', sizeLimit: 1, attributes: [name, attribute] }))[0]
    } catch (error) {
      // A group that is hidden, removed or on another server gives nothing.
      if (hidden.has(resultCodeOf(error) ?? -1)) return undefined
      throw error
    }
  }

  async function find(template: string, { entry, username }: Member): Promise<readonly LdapEntry[]> {
    // A group has no username: only users can be members by it.
    if (username === undefined && template.includes('{username}')) return []
    const filter = filterOf(ldapts, template, { dn: entry.dn, username: username ?? '' })
    return await search(mapping.baseDn, { filter, sizeLimit: maxGroups, attributes: [name] })
  }

  return {
    of: async (user, username) => {
      const seen = new Map<string, LdapEntry>()
      let level: readonly Member[] = [{ entry: user, username }]
      for (let step = 0; step < depth && level.length > 0 && seen.size < maxGroups; step++) {
        const next: Member[] = []
        for (const member of level) {
          for (const group of await groupsOf(member)) {
            if (seen.has(group.dn)) continue
            seen.set(group.dn, group)
            next.push({ entry: group, username: undefined })
          }
        }
        level = next
      }
      return [...seen.values()].flatMap((group) => textOf(group, name) ?? [])
    },
  }
}

const hidden: ReadonlySet<number> = new Set([
  resultCodes.referral,
  resultCodes.noSuchObject,
  resultCodes.insufficientAccess,
])

/**
 * RFC 4515 §3: what is special in a filter is escaped in the values.
 * @throws Error when the template is no filter
 */
export function filterOf(
  { Filter, FilterParser }: Pick<Ldapts, 'Filter' | 'FilterParser'>,
  template: string,
  { dn, username }: { readonly dn: string; readonly username: string },
): Filter {
  const text = template.replaceAll(/\{(dn|username)\}/g, (_, name) => Filter.escape(name === 'dn' ? dn : username))
  return FilterParser.parseString(text)
}
