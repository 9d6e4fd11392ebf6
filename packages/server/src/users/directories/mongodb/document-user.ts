/** Makes a user of a document. */
import type { StoredFields } from '../directory-user.ts'
import { isDisabledBy } from '../disabled-when.ts'
import { isVerified } from '../stored-value.ts'
import { valueAt } from './field-path.ts'
import { keyText } from './key.ts'
import type { Mapping } from './mapping.ts'

/** `hash` is what `accounts` has; `now` is in seconds. */
export function storedFields(mapping: Mapping, document: unknown, hash: unknown, now: number): StoredFields {
  const at = (path: string) => valueAt(document, path)
  const first = (paths: readonly string[]) => paths.map(at).find((value) => value !== undefined && value !== null)
  const { key, sub, username, email, emailVerified, fullName, passwordHash, claims, groups, rules } = mapping
  const stored = mapping.accounts === undefined ? first(passwordHash) : hash
  const names = fullName.map(at).filter((part): part is string => typeof part === 'string' && part.trim() !== '')
  return {
    key: keyText(at(key)),
    sub: sub === undefined ? undefined : keyText(at(sub)),
    username: at(username),
    email: email === undefined ? undefined : at(email),
    isEmailVerified: isVerified(first(emailVerified)),
    fullName: names.join(' '),
    claims: Object.fromEntries(Object.entries(claims).map(([claim, path]) => [claim, at(path)])),
    groups: groups === undefined ? undefined : at(groups),
    isDisabled: rules.some(({ field, rule, isOptional }) => {
      const value = at(field)
      return !(isOptional && value === undefined) && isDisabledBy(rule, value, now)
    }),
    passwordHash: typeof stored === 'string' ? mapping.readHash(stored) : null,
  }
}
