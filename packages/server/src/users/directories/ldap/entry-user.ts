/** The fields of a user in an entry. */
import type { StoredFields } from '../directory-user.ts'
import { isDisabledEntry } from './disabled.ts'
import { type LdapEntry, textOf } from './entry.ts'
import type { Groups } from './groups.ts'
import { keyOf } from './key.ts'
import type { Mapping } from './mapping.ts'

/** `now` is in seconds since the epoch. */
export async function fieldsOf(
  entry: LdapEntry,
  { attributes, isEmailVerified, lockoutDuration }: Mapping,
  groups: Groups | undefined,
  now: number,
): Promise<StoredFields> {
  const { key, sub, username, email, fullName, claims = {} } = attributes
  const name = textOf(entry, username)
  const values = Object.entries(claims).map(([claim, attribute]) => [claim, textOf(entry, attribute)] as const)
  return {
    key: keyOf(entry, key),
    sub: textOf(entry, sub),
    username: name,
    email: textOf(entry, email),
    isEmailVerified,
    fullName: textOf(entry, fullName),
    claims: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
    groups: await groups?.of(entry, name),
    isDisabled: isDisabledEntry(entry, { now, lockoutDuration }),
  }
}
