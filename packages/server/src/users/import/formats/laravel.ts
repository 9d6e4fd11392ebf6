/** Laravel: rows of `users`. https://github.com/laravel/laravel, database/migrations/0001_01_01_000000_create_users_table.php */
import type { Format } from '../format.ts'
import { membersOf } from '../record-members.ts'
import { isNothing } from '../values.ts'
import { hasMembers, rowOf } from './row.ts'

export const laravel: Format = {
  name: 'laravel',
  title: 'Laravel',
  recognises: (record) => hasMembers(record, 'email', 'email_verified_at', 'password', 'remember_token'),
  read: (record) => {
    const members = membersOf(record)
    const email = members.text('email')
    members.take('remember_token', 'created_at', 'updated_at', 'current_team_id', 'profile_photo_path')
    members.take('two_factor_secret', 'two_factor_recovery_codes', 'two_factor_confirmed_at')
    return {
      row: rowOf({
        id: members.text('id'),
        username: members.text('username') ?? email,
        email,
        email_verified: !isNothing(members.take('email_verified_at')),
        full_name: members.text('name'),
        hashed_password: members.text('password'),
      }),
      rest: members.rest(),
    }
  },
}
