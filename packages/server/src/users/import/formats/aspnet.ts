/** ASP.NET Identity: rows of `AspNetUsers`. https://learn.microsoft.com/aspnet/core/security/authentication/customize-identity-model */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { hasMembers, rowOf } from './row.ts'

export const aspnet: Format = {
  name: 'aspnet',
  title: 'ASP.NET Identity',
  recognises: (record) => hasMembers(record, 'UserName', 'PasswordHash', 'SecurityStamp'),
  read: (record) => {
    const members = membersOf(record)
    const phone = members.text('PhoneNumber')
    const isPhoneConfirmed = members.truth('PhoneNumberConfirmed')
    // `LockoutEnabled` says that failed logins lock the user; `LockoutEnd`, that they have.
    members.take('NormalizedUserName', 'NormalizedEmail', 'SecurityStamp', 'ConcurrencyStamp', 'TwoFactorEnabled')
    members.take('LockoutEnabled', 'AccessFailedCount', 'Discriminator')
    return {
      row: rowOf({
        id: members.text('Id'),
        username: members.text('UserName'),
        email: members.text('Email'),
        email_verified: members.truth('EmailConfirmed'),
        phone_number: phone,
        phone_number_verified: phone === undefined ? undefined : isPhoneConfirmed,
        hashed_password: members.text('PasswordHash'),
      }),
      rest: members.rest(),
    }
  },
}
