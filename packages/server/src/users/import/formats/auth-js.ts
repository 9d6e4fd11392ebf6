/** Auth.js: rows of `User` (`users`) of its adapters, with a hash where the application has added one. https://authjs.dev/concepts/database-models */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { isNothing, readMoment, readTruth } from '../values.ts'
import { hasMembers, rowOf } from './row.ts'

export const authJs: Format = {
  name: 'auth.js',
  title: 'Auth.js',
  recognises: (record) => {
    if (!hasMembers(record, 'id', 'name', 'email', 'emailVerified', 'image')) return false
    const verified = membersOf(record).take('emailVerified')
    return isNothing(verified) || (readTruth(verified) === undefined && readMoment(verified) !== undefined)
  },
  read: (record) => {
    const members = membersOf(record)
    const email = members.text('email')
    members.take('createdAt', 'updatedAt', 'accounts', 'sessions', 'role')
    return {
      row: rowOf({
        id: members.text('id'),
        username: members.text('username') ?? email,
        email,
        email_verified: !isNothing(members.take('emailVerified')),
        full_name: members.text('name'),
        picture: members.text('image'),
      }),
      rest: members.rest(),
    }
  },
}
