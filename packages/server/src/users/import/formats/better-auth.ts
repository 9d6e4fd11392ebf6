/**
 * better-auth: rows of `user`, each with the `password` of its row in `account`, or with `accounts` as a list.
 * https://www.better-auth.com/docs/concepts/database#core-schema, with the plug-ins `admin` and `username`
 */
import { isJsonObject } from '@countersign/guard/strict-json'
import type { Format } from '../format.ts'
import { membersOf, textOf } from '../record-members.ts'
import { readTruth } from '../values.ts'
import { hasMembers, rowOf } from './row.ts'

export const betterAuth: Format = {
  name: 'better-auth',
  title: 'better-auth',
  recognises: (record) =>
    hasMembers(record, 'id', 'name', 'email', 'emailVerified', 'image', 'createdAt', 'updatedAt') &&
    readTruth(membersOf(record).take('emailVerified')) !== undefined,
  read: (record) => {
    const members = membersOf(record)
    const email = members.text('email')
    const accounts = members.take('accounts', 'account')
    const credential = [accounts].flat().find((one) => isJsonObject(one) && one['providerId'] === 'credential')
    members.take('createdAt', 'updatedAt', 'role', 'banReason', 'displayUsername', 'twoFactorEnabled', 'isAnonymous')
    return {
      row: rowOf({
        id: members.text('id'),
        username: members.text('username') ?? email,
        email,
        email_verified: members.truth('emailVerified'),
        full_name: members.text('name'),
        picture: members.text('image'),
        phone_number: members.text('phoneNumber'),
        hashed_password:
          members.text('password') ?? (isJsonObject(credential) ? textOf(credential['password']) : undefined),
      }),
      rest: members.rest(),
    }
  },
}
