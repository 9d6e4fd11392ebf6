/** Searches for entries of users. Every value of a filter is sent as a value (RFC 4511 §4.5.1.7): no text of a user becomes a part of a filter. */
import type { Filter } from 'ldapts'
import { usernameKey } from '../../../domain/username.ts'
import type { Ldapts } from './connection.ts'
import { disablingAttributes } from './disabled.ts'
import { type LdapEntry, textsOf } from './entry.ts'
import { isGuid, keyOf, storedKey } from './key.ts'
import type { Mapping } from './mapping.ts'
import { resultCodeOf, resultCodes } from './result-code.ts'
import type { Searches } from './searches.ts'

export interface Entries {
  /** The only one with the name. `undefined` also where several have it. */
  readonly named: (searches: Searches, username: string) => Promise<LdapEntry | undefined>
  readonly withKeys: (searches: Searches, keys: readonly string[]) => Promise<readonly LdapEntry[]>
  /** The keys of the users, at most `max`, in no order. Whether these are all. */
  readonly keys: (searches: Searches, max: number) => Promise<{ keys: string[]; isWhole: boolean }>
}

/** If a server ends the list, the page at which it does so is lost. */
const pageSize = 250

/** @throws Error when the filter of the options is no filter */
export function createEntries(ldapts: Ldapts, mapping: Mapping): Entries {
  const { AndFilter, OrFilter, EqualityFilter, FilterParser } = ldapts
  const { baseDn, loginAttributes, attributes } = mapping
  const isUser = FilterParser.parseString(mapping.filter)
  const binary = isGuid(attributes.key) ? { explicitBufferAttributes: [attributes.key, 'objectGUID'] } : {}
  const options = { attributes: [...readAttributes(mapping)], ...binary }
  const usersWith = (equal: readonly { attribute: string; value: string | Buffer }[]): Filter => {
    const equalities = equal.map((pair) => new EqualityFilter(pair))
    return new AndFilter({ filters: [isUser, new OrFilter({ filters: equalities })] })
  }

  return {
    named: async ({ search }, username) => {
      const filter = usersWith(loginAttributes.map((attribute) => ({ attribute, value: username })))
      const [entry, another] = await search(baseDn, { ...options, filter, sizeLimit: 2 })
      return entry && !another && isNamed(entry, loginAttributes, username) ? entry : undefined
    },
    withKeys: async ({ search }, keys) => {
      const values = keys.map((key) => storedKey(key, attributes.key)).filter((value) => value !== undefined)
      if (values.length === 0) return []
      const filter = usersWith(values.map((value) => ({ attribute: attributes.key, value })))
      return await search(baseDn, { ...options, filter, sizeLimit: values.length })
    },
    keys: async ({ pages }, max) => {
      const keys: string[] = []
      const paged = { ...binary, filter: isUser, attributes: [attributes.key], paged: { pageSize } }
      try {
        for await (const page of pages(baseDn, paged)) {
          keys.push(...page.flatMap((entry) => keyOf(entry, attributes.key) ?? []))
          if (keys.length >= max) return { keys: keys.slice(0, max), isWhole: false }
        }
        return { keys, isWhole: true }
      } catch (error) {
        // The server has given as many as it gives to this account.
        if (resultCodeOf(error) !== resultCodes.sizeLimitExceeded) throw error
        return { keys, isWhole: false }
      }
    },
  }
}

/** Servers compare loosely: they skip spaces and characters that nobody sees (RFC 4518). Names are compared here once more. */
function isNamed(entry: LdapEntry, loginAttributes: readonly string[], username: string): boolean {
  const wanted = usernameKey(username)
  return loginAttributes.some((attribute) => textsOf(entry, attribute).some((name) => usernameKey(name) === wanted))
}

function readAttributes({ attributes, loginAttributes, groups }: Mapping): ReadonlySet<string> {
  const { key, sub, username, email, fullName, claims = {} } = attributes
  const fields = [key, sub, username, email, fullName, ...Object.values(claims)].filter(
    (name) => typeof name === 'string',
  )
  const membership = groups && 'attribute' in groups.by ? [groups.by.attribute] : []
  return new Set([...fields, ...loginAttributes, ...membership, ...disablingAttributes])
}
