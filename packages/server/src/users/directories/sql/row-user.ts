/** Makes a user of a row. */

import type { StoredFields } from '../directory-user.ts'
import { isDisabledBy } from '../disabled-when.ts'
import { isVerified } from '../stored-value.ts'
import type { Mapping } from './mapping.ts'
import type { Row } from './queries.ts'

/** `now` is in seconds. */
export function storedFields(mapping: Mapping, row: Row, groups: readonly unknown[], now: number): StoredFields {
  const { key, sub, username, email, emailVerified, passwordHash, claims, disabled, readHash } = mapping
  const hash = row[passwordHash]
  return {
    key: row[key],
    sub: sub && row[sub],
    username: row[username],
    email: email && row[email],
    isEmailVerified: emailVerified !== undefined && isVerified(row[emailVerified]),
    fullName: fullName(mapping, row),
    claims: Object.fromEntries(Object.entries(claims).map(([claim, column]) => [claim, row[column]])),
    groups,
    isDisabled: Object.entries(disabled).some(([column, rule]) => isDisabledBy(rule, row[column], now)),
    passwordHash: typeof hash === 'string' ? readHash(hash) : null,
  }
}

function fullName(mapping: Mapping, row: Row): string {
  const parts = mapping.fullName.map((column) => row[column])
  return parts.filter((part): part is string => typeof part === 'string' && part.trim() !== '').join(' ')
}
