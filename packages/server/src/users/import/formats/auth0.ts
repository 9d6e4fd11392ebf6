/**
 * Auth0: the users of an export job, the hashes that the support exports, and files in the form of a bulk import.
 * https://auth0.com/docs/manage-users/user-migration/bulk-user-exports, .../bulk-user-import-database-schema-and-examples,
 * https://support.auth0.com/center/s/article/How-to-Use-the-Password-Hashes-Export-from-Auth0
 */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import type { Format } from '../format.ts'
import { membersOf, textOf } from '../record-members.ts'
import { auth0Hash } from './auth0-hash.ts'
import { hasMembers, rowOf } from './row.ts'

export const auth0: Format = {
  name: 'auth0',
  title: 'Auth0',
  recognises: (record) =>
    'custom_password_hash' in record ||
    hasMembers(record, 'passwordHash', 'tenant', 'connection') ||
    /^[a-z0-9-]+\|/.test(membersOf(record).text('user_id', 'id') ?? '') ||
    hasMembers(record, 'user_id', 'identities'),
  read: (record) => {
    const members = membersOf(record)
    const { $oid: documentId } = members.object('_id')
    const databaseId = members.text('alt_id') ?? textOf(documentId)
    const identifier = emailAmong(members.take('identifiers'))
    const email = members.text('email') ?? textOf(identifier['value'])
    const phone = members.text('phone_number')
    const hash = auth0Hash(members.text('passwordHash', 'password_hash'), members.object('custom_password_hash'))
    // The settings of the export, and what Auth0 counts.
    members.take('tenant', 'connection', '_tmp_is_unique', 'password_set_date', 'identities', 'multifactor', 'version')
    members.take('last_ip', 'last_login', 'last_password_reset', 'logins_count', 'created_at', 'updated_at')
    if (hash.problem !== undefined) return { problem: hash.problem }
    return {
      row: rowOf({
        id: members.text('user_id', 'id') ?? (databaseId === undefined ? undefined : `auth0|${databaseId}`),
        username: members.text('username') ?? email ?? phone,
        email,
        email_verified: members.truth('email_verified') ?? identifier['verified'],
        full_name: nameOf(members.text('name'), email),
        hashed_password: hash.value,
        given_name: members.text('given_name'),
        family_name: members.text('family_name'),
        nickname: members.text('nickname'),
        picture: members.text('picture'),
        phone_number: phone,
        phone_number_verified: phone === undefined ? undefined : members.truth('phone_verified'),
        locale: members.text('locale'),
      }),
      rest: members.rest(),
    }
  },
}

/** The export of hashes may have the address only here. */
function emailAmong(identifiers: unknown): JsonObject {
  return (
    [identifiers]
      .flat()
      .filter(isJsonObject)
      .find(({ type }) => type === 'email') ?? {}
  )
}

/** Auth0 takes the address for the name of a user without one. */
function nameOf(name: string | undefined, email: string | undefined): string | undefined {
  return name === email ? undefined : name
}
