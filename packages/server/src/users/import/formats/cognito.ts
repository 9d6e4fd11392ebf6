/**
 * Amazon Cognito: `aws cognito-idp list-users`, or the CSV of its imports. It exports no hashes.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html
 */
import { isJsonObject, type JsonObject } from '@countersign/guard/strict-json'
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { asText } from '../values.ts'
import { hasMembers, localeOf, rowOf } from './row.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const cognito: Format = {
  name: 'cognito',
  title: 'Amazon Cognito',
  recognises: (record) => 'cognito:username' in record || hasMembers(record, 'Username', 'Attributes', 'UserStatus'),
  read: (record) => {
    const members = membersOf(record)
    const attributes = attributesOf(members.take('Attributes'))
    const all = membersOf({ ...attributes, ...members.rest() })
    const name = all.text('cognito:username', 'Username')
    const email = all.text('email')
    const phone = all.text('phone_number')
    all.take('UserCreateDate', 'UserLastModifiedDate', 'MFAOptions', 'cognito:mfa_enabled', 'updated_at', 'identities')
    return {
      row: rowOf({
        id: all.text('sub') ?? name,
        // A pool whose users log in by address or number gives them an id as the username.
        username: name !== undefined && uuid.test(name) ? (email ?? phone ?? name) : name,
        email,
        email_verified: all.truth('email_verified'),
        full_name: all.text('name'),
        phone_number: phone,
        phone_number_verified: phone === undefined ? undefined : all.truth('phone_number_verified'),
        locale: localeOf(all.text('locale')),
        ...Object.fromEntries(claims.map((claim) => [claim, all.text(claim)])),
      }),
      rest: all.rest(),
    }
  },
}

const claims = [
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
]

function attributesOf(list: unknown): JsonObject {
  const attributes = Array.isArray(list) ? list.filter(isJsonObject) : []
  return Object.fromEntries(attributes.map(({ Name, Value }) => [asText(Name), Value]))
}
