/** Reads the attributes of an entry. */
import type { Entry } from 'ldapts'

export interface LdapEntry {
  readonly dn: string
  /** The values of an attribute, whose name is compared without letter case (RFC 4512 §2.5). */
  readonly values: (attribute: string) => readonly (string | Buffer)[]
}

export function toLdapEntry({ dn, ...attributes }: Entry): LdapEntry {
  const byName = new Map(Object.entries(attributes).map(([name, values]) => [name.toLowerCase(), [values].flat()]))
  return { dn, values: (attribute) => byName.get(attribute.toLowerCase()) ?? [] }
}

/** The values that are text. */
export function textsOf(entry: LdapEntry, attribute: string): readonly string[] {
  return entry.values(attribute).filter((value) => typeof value === 'string')
}

/** The first one that is text. */
export function textOf(entry: LdapEntry, attribute: string | null | undefined): string | undefined {
  return attribute ? textsOf(entry, attribute)[0] : undefined
}
